using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>A picture as a model takes it.</summary>
/// <param name="Pixels">side × side × RGB, row by row.</param>
/// <param name="Width">Of the view that people see and models read.</param>
public sealed record ModelPicture(byte[] Pixels, int Width, int Height);

/// <summary>What scoring needs of pictures: the composition gives the one decoder of the house.</summary>
public interface IScoringPictures
{
    /// <summary>Decodes by the rules of uploads and brings the picture to the model's side.</summary>
    /// <param name="content">Seekable; read from its start.</param>
    Task<Result<ModelPicture>> ReadAsync(Stream content, int side, CancellationToken ct);

    /// <summary>A mask as it was stored, at the side of a map: true where it is set.</summary>
    Task<bool[]> MaskAsync(Stream png, int side, CancellationToken ct);

    /// <summary>The map as a PNG on the model's fixed scale, as training makes it.</summary>
    byte[] Heatmap(byte[] map, Calibration calibration);
}
