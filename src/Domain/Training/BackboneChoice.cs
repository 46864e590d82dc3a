namespace FewShotAD.Domain.Training;

/// <summary>One weight file of a backbone.</summary>
/// <param name="Address">Where it is published; null when the build brings it along.</param>
/// <param name="Sha256">The hash of its content, or the beginning that its publisher put into its name.</param>
/// <param name="Megabytes">About, for people.</param>
public sealed record WeightFile(string Name, Uri? Address, string Sha256, int Megabytes);

/// <summary>A backbone that a recipe may name, and what a user should know of it before choosing it.</summary>
/// <param name="Title">Its name for people.</param>
/// <param name="Licence">SPDX name of the licence of the weights.</param>
/// <param name="Pretraining">What the weights were trained on.</param>
/// <param name="Methods">The methods that can use it.</param>
public sealed record BackboneChoice(
    string Name, string Title, string Licence, string Pretraining, IReadOnlyList<DetectionMethod> Methods, IReadOnlyList<WeightFile> Files)
{
    public const string Default = "mobilenet_v2";

    private static readonly DetectionMethod[] Every = [DetectionMethod.RegAd, DetectionMethod.UniAd, DetectionMethod.PatchCore];

    public static IReadOnlyList<BackboneChoice> All { get; } =
    [
        new(Default, "MobileNetV2", "Apache-2.0", "ImageNet, COCO and VOC", Every,
        [
            new("model.json", null, "d454099ce682e2f7cb5689e9bf167f8437f1c84171982d980758b045d310aa80", 1),
            new("group1-shard1of3", null, "e1501ed0cb05c223055a6dc722bbec872dadccfebb770aecf59ad830c45b0117", 4),
            new("group1-shard2of3", null, "a97acd1e7e2108776e9d112b21211e17c3ce66c72eca4fde8352784dfbb042e9", 4),
            new("group1-shard3of3", null, "f6caff3822c8cfa842f8f82c8f77019b550c490d6b24c17528fd3c9d03627ea4", 1),
        ]),
        new("resnet18", "ResNet-18", "BSD-3-Clause", "ImageNet", Every, [Torchvision("resnet18", "f37072fd", 47)]),
        new("wide_resnet50_2", "Wide ResNet-50-2", "BSD-3-Clause", "ImageNet", Every, [Torchvision("wide_resnet50_2", "95faca4d", 138)]),
        new("efficientnet_b4", "EfficientNet-B4", "BSD-3-Clause", "ImageNet", [DetectionMethod.UniAd, DetectionMethod.PatchCore],
            [Torchvision("efficientnet_b4_rwightman", "23ab8bcd", 78)]),
    ];

    /// <summary>Whether a file of the user's may stand in for the published one; what the build brings along has a format of its own.</summary>
    public bool TakesOwnFiles => Files.All(file => file.Address is not null);

    /// <summary>About, of all files, for people.</summary>
    public int Megabytes => Files.Sum(file => file.Megabytes);

    public static BackboneChoice? Find(string name) => All.FirstOrDefault(choice => choice.Name == name);

    /// <summary>torchvision names its files after the first eight digits of their SHA-256.</summary>
    private static WeightFile Torchvision(string name, string hash, int megabytes) =>
        new($"{name}-{hash}.pth", new Uri($"https://download.pytorch.org/models/{name}-{hash}.pth"), hash, megabytes);
}
