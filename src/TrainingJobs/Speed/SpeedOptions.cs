using FewShotAD.Domain.Common;

namespace FewShotAD.TrainingJobs.Speed;

/// <param name="Side">S of the random images, in pixels.</param>
/// <param name="Shots">K.</param>
/// <param name="Repeats">Measured rounds; every figure is their median.</param>
public sealed record SpeedOptions(IReadOnlyList<string> Backbones, int Side, int Shots, int Repeats)
{
    public const int MaxRepeats = 1_000;

    /// <summary>Images in a scoring pass: the batch of every figure and of the ratios' denominator.</summary>
    public const int Batch = 8;

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
