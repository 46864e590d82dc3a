namespace FewShotAD.Imaging.Samples;

/// <summary>A drawn shot.</summary>
/// <param name="Name">Path in the MVTec AD layout, such as <c>train/good/000.png</c> or <c>test/scratch/003.png</c>.</param>
/// <param name="Image">512×512 pixels.</param>
/// <param name="Mask">255 where the drawing is changed by the defect, 0 elsewhere, a value per pixel; null on normal shots.</param>
/// <param name="DefectType">Null on normal shots.</param>
public sealed record SampleImage(string Name, RgbImage Image, byte[]? Mask, string? DefectType);
