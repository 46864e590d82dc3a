using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Speed;

/// <param name="Unit">Of <paramref name="Value"/>: always milliseconds.</param>
/// <param name="Ratio">To the backbone's forward pass of 8 images in the same rounds.</param>
/// <param name="Scale">By what a sample's time was multiplied.</param>
public sealed record SpeedRow(string Backbone, string Name, string What, string Unit, double Value, double Ratio, double Scale, long? PeakBytes);

/// <summary>Everything that a run says, for people and for machines.</summary>
public sealed record SpeedReport(
    Machine Machine, int Side, int Shots, int Repeats, IReadOnlyList<SpeedRow> Figures, IReadOnlyList<SpeedTarget> Targets, IReadOnlyList<string> Notes)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static SpeedReport Of(IReadOnlyList<BackboneSpeed> measured, SpeedOptions options, Compute compute) => new(
        Machine.Of(compute), options.Side, options.Shots, options.Repeats,
        [.. measured.SelectMany(speed => speed.Figures.Select(figure => new SpeedRow(
            speed.Name, figure.Name, figure.What, "ms", figure.Median, speed.Ratio(figure), figure.Scale, figure.PeakBytes)))],
        SpeedTargets.Of(measured),
        [.. NotesOn(measured)]);

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    private static IEnumerable<string> NotesOn(IReadOnlyList<BackboneSpeed> measured)
    {
        yield return "Weights and images are random: times do not depend on them.";
        yield return "Every figure is the median of its rounds; every ratio the median of the rounds' ratios to the backbone's forward pass of 8 images.";
        if (measured.SelectMany(speed => speed.Figures).FirstOrDefault(figure => figure.Scale != 1) is { } scaled)
            yield return $"The official way ran on {OfficialSpeed.SampledPositions} positions at most; its time is that times {scaled.Scale:0.#}.";
        yield return measured.SelectMany(speed => speed.Figures).Any(figure => figure.PeakBytes is not null)
            ? "Peak memory is how far the process grew above what it held before, in an untimed run of each item."
            : "This system does not tell the peak memory of a piece of work.";
    }
}
