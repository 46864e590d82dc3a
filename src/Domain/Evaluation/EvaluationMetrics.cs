namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// What a model reached on the labelled test images. Null where the data cannot say (one class only, no masks).
/// An AUROC under 0.5 is kept as it is.
/// </summary>
public sealed record EvaluationMetrics(
    int NormalImages,
    int DefectiveImages,
    int MaskedImages,
    double? ImageAuroc,
    double? ImageAveragePrecision,
    double? ImageF1Max,
    double? PixelAuroc);
