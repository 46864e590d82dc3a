using System.Text.Json;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>A JSON object per scored image and line: what the CSV has, and the ids.</summary>
internal sealed class JsonLinesExport : IExportWriter
{
    public ExportFormat Format => ExportFormat.JsonLines;

    public async Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct)
    {
        var model = source.Model!;
        var line = model.Calibration;
        var total = await source.CountImagesAsync(ct);
        var done = 0;
        await foreach (var (image, result, review) in source.ResultsAsync(model, ct))
        {
            await target.WriteLineAsync(
                new ResultLine(
                    image.Name, result.Score, line.Scale(result.Score), line.CertainlyGood, line.CertainlyDefective, line.Judge(result.Score),
                    image.Label, image.DefectType, model.Version, result.ScoredAt, result.Id.Value, image.Id.Value, model.Id.Value,
                    model.RunId.Value, source.Project.Id.Value, image.Sha256,
                    result.Review, review is { Verdict: var said, By: var by } ? new ReviewLine(said.Decision, said.DefectType, said.Comment, by, said.GivenAt) : null),
                ct);
            if (++done % 100 == 0)
                await task.ReportAsync(done, total, ct);
        }

        return new TransferCounts(Results: done);
    }
}

public static class JsonLine
{
    /// <summary>One object and a line feed.</summary>
    public static async Task WriteLineAsync<T>(this Stream target, T value, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, ArchiveFiles.Json);
        await target.WriteAsync(bytes, ct);
        target.WriteByte((byte)'\n');
    }
}
