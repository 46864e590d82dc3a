using FewShotAD.Domain.Common;

namespace FewShotAD.TrainingJobs.Speed;

/// <param name="Side">S of the random images, in pixels.</param>
/// <param name="Shots">K.</param>
/// <param name="Repeats">Measured rounds; every figure is their median.</param>
/// <param name="Only">What the names of the measured items begin with; empty for all. The backbone's forward pass is always measured.</param>
public sealed record SpeedOptions(IReadOnlyList<string> Backbones, int Side, int Shots, int Repeats, string Only = "")
{
    public const int MaxRepeats = 1_000;

    /// <summary>Images in a scoring pass: the batch of every figure and of the ratios' denominator.</summary>
    public const int Batch = 8;

    /// <summary>Whether items whose names begin so may be asked for.</summary>
    public bool Wants(string prefix) => prefix.StartsWith(Only, StringComparison.Ordinal) || Only.StartsWith(prefix, StringComparison.Ordinal);

    public Result Validate()
    {
        if (Side is < 64 or > 1024 || Side % 32 != 0)
            return new InvalidSpeedOption("side", "goes from 64 to 1024 in steps of 32");
        if (Shots is < 2 or > 8)
            return new InvalidSpeedOption("shots", "goes from 2 to 8");
        return Repeats is < 1 or > MaxRepeats ? new InvalidSpeedOption("repeats", $"goes from 1 to {MaxRepeats}") : Result.Ok;
    }
}

public sealed record InvalidSpeedOption(string Option, string Range)
    : Error(ErrorKind.Invalid, $"speed.{Option}", $"The option --{Option} {Range}.");
