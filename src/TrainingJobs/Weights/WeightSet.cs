namespace FewShotAD.TrainingJobs.Weights;

/// <summary>The files of a backbone, each read once: what was checked is what is used.</summary>
/// <param name="Paths">Where they came from.</param>
/// <param name="Contents">As many as paths, in their order.</param>
public sealed record WeightSet(IReadOnlyList<string> Paths, IReadOnlyList<ReadOnlyMemory<byte>> Contents)
{
    /// <summary>The content of the file with this name.</summary>
    public ReadOnlyMemory<byte> this[string name] => Contents[Paths.Select(Path.GetFileName).ToList().IndexOf(name)];
}
