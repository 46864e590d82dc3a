namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// What a model reached on the labelled test images. Null where the data cannot say (one class only, no masks), and where a model
/// was measured before the program knew the number. An AUROC under 0.5 is kept as it is.
/// </summary>
/// <param name="MaskedImages">Defective images with a mask.</param>
/// <param name="ImageF1Threshold">The lowest image score that reaches F1-max.</param>
/// <param name="PixelF1Threshold">The lowest map value that reaches F1-max.</param>
/// <param name="Aupro">Up to a false positive rate of <see cref="RegionOverlap.UsualLimit"/>, over 8-connected regions.</param>
public sealed record EvaluationMetrics(
    int NormalImages,
    int DefectiveImages,
    int MaskedImages,
    double? ImageAuroc,
    double? ImageAveragePrecision,
    double? ImageF1Max,
    double? PixelAuroc,
    double? ImageF1Threshold = null,
    double? PixelAveragePrecision = null,
    double? PixelF1Max = null,
    double? PixelF1Threshold = null,
    double? Aupro = null);
