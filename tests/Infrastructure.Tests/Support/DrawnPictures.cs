using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Infrastructure.Scoring;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>Stands in for the decoder of the composition: a mask's bytes are its pixels, of the side of the map.</summary>
internal sealed class DrawnPictures : IScoringPictures
{
    public Task<Result<ModelPicture>> ReadAsync(Stream content, int side, CancellationToken ct) => throw new NotSupportedException();

    public async Task<bool[]> MaskAsync(Stream png, int side, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await png.CopyToAsync(bytes, ct);
        return [.. bytes.ToArray().Select(value => value != 0)];
    }

    public byte[] Heatmap(byte[] map, Calibration calibration) => throw new NotSupportedException();
}
