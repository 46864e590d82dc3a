using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// The names of the package <c>efficientnet_pytorch</c>, whose weights come from TensorFlow (UniAD's published results use them), as
/// those of torchvision.
/// </summary>
internal static class EfficientNetNames
{
    private const string Blocks = "_blocks.";

    /// <summary>Blocks of each of torchvision's features 1 to 5.</summary>
    private static readonly int[] GroupSizes = [2, 4, 4, 6, 6];

    /// <summary>The classifier and the blocks behind 21.</summary>
    public static string[] Unused { get; } =
        ["_conv_head.", "_bn1.", "_fc.", .. Enumerable.Range(GroupSizes.Sum(), 10).Select(block => $"{Blocks}{block}.")];

    public static bool Has(IReadOnlyDictionary<string, StoredTensor> tensors) => tensors.ContainsKey("_conv_stem.weight");

    /// <summary>Names that are unknown stay as they are, for the message that says so.</summary>
    public static string ToTorchvision(string name)
    {
        if (!name.StartsWith(Blocks, StringComparison.Ordinal))
            return Rename(name, ("_conv_stem.", "features.0.0."), ("_bn0.", "features.0.1."));
        var end = name.IndexOf('.', Blocks.Length);
        if (end < 0 || !int.TryParse(name.AsSpan(Blocks.Length, end - Blocks.Length), out var block))
            return name;
        var group = 0;
        while (group < GroupSizes.Length && block >= GroupSizes[group])
            block -= GroupSizes[group++];
        // The first group has no expansion; torchvision counts the modules that are there.
        var first = group == 0 ? 0 : 1;
        var inner = name[(end + 1)..];
        var renamed = Rename(
            inner, ("_expand_conv.", "0.0."), ("_bn0.", "0.1."), ("_depthwise_conv.", $"{first}.0."), ("_bn1.", $"{first}.1."),
            ("_se_reduce.", $"{first + 1}.fc1."), ("_se_expand.", $"{first + 1}.fc2."), ("_project_conv.", $"{first + 2}.0."), ("_bn2.", $"{first + 2}.1."));
        return renamed == inner ? name : $"features.{group + 1}.{block}.block.{renamed}";
    }

    private static string Rename(string name, params (string From, string To)[] beginnings)
    {
        var found = beginnings.FirstOrDefault(pair => name.StartsWith(pair.From, StringComparison.Ordinal));
        return found.From is null ? name : found.To + name[found.From.Length..];
    }
}
