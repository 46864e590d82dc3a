using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Features.Images;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>
/// Pictures are decoded here and not in the scoring process: with the uploads' limits and their gate, so that no hostile file reaches
/// the process with the warm models, and only side² × 3 bytes go over its channel.
/// </summary>
internal sealed class ScoringPictures(DecodeGate gate) : IScoringPictures
{
    public async Task<Result<ModelPicture>> ReadAsync(Stream content, int side, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            content.Position = 0;
            var decoded = ImageDecoder.Decode(content, DecodeLimits.Default, ct);
            if (!decoded.Succeeded)
                return decoded.Error;
            // By way of the view, as images of the project are: a score does not depend on the door.
            var view = ImageResizer.Fit(decoded.Value.Image, ImageIngest.ViewSide);
            return new ModelPicture(ImageResizer.Resize(view, side, side).Pixels, view.Width, view.Height);
        }
    }

    public async Task<bool[]> MaskAsync(Stream png, int side, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            var mask = MaskDecoder.Decode(png, DecodeLimits.Default, ct);
            return mask.Succeeded ? mask.Value.Nearest(side, side) : throw new InvalidDataException(mask.Error.Message);
        }
    }

    public byte[] Heatmap(byte[] map, Calibration calibration)
    {
        var (values, height, width) = AnomalyMapFile.Decode(map);
        var high = Math.Max(calibration.ScaleHigh, calibration.ScaleLow + 1e-6);
        using var png = new MemoryStream();
        PngWriter.Write(HeatmapRenderer.Render(values, width, height, calibration.ScaleLow, high, ColourMap.Turbo), png);
        return png.ToArray();
    }
}
