using System.Text;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>A row per scored image. UTF-8 with a byte order mark, without which Excel reads another encoding.</summary>
internal sealed class CsvExport : IExportWriter
{
    /// <summary>Name and cell of each column.</summary>
    private static readonly (string Name, Func<ScoredRow, TrainedModel, string> Cell)[] Columns =
    [
        ("name", (row, _) => CsvText.Text(row.Image.Name)),
        ("score", (row, _) => CsvText.Number(row.Result.Score)),
        ("scaled_score", (row, model) => CsvText.Number(model.Calibration.Scale(row.Result.Score))),
        ("t1", (_, model) => CsvText.Number(model.Calibration.CertainlyGood)),
        ("t2", (_, model) => CsvText.Number(model.Calibration.CertainlyDefective)),
        ("verdict", (row, model) => Word(model.Calibration.Judge(row.Result.Score))),
        ("label", (row, _) => Word(row.Image.Label)),
        ("defect_type", (row, _) => CsvText.Text(row.Image.DefectType)),
        ("review", (row, _) => row.Result.Review == ReviewOutcome.InReview ? "in review" : Word(row.Result.Review)),
        ("review_verdict", (row, _) => row.Review is { Verdict: var review } ? Word(review.Decision) : ""),
        ("review_defect_type", (row, _) => CsvText.Text(row.Review?.Verdict.DefectType)),
        ("reviewed_by", (row, _) => CsvText.Text(row.Review?.By)),
        ("reviewed_at", (row, _) => row.Review is { Verdict: var review } ? CsvText.Time(review.GivenAt) : ""),
        ("review_comment", (row, _) => CsvText.Text(row.Review?.Verdict.Comment)),
        ("model_version", (_, model) => CsvText.Number(model.Version)),
        ("scored_at", (row, _) => CsvText.Time(row.Result.ScoredAt)),
    ];

    public ExportFormat Format => ExportFormat.Csv;

    public async Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct)
    {
        var model = source.Model!;
        await using var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        writer.NewLine = CsvText.LineEnd;
        await writer.WriteLineAsync(string.Join(',', Columns.Select(column => column.Name)).AsMemory(), ct);
        var total = await source.CountImagesAsync(ct);
        var done = 0;
        await foreach (var row in source.ResultsAsync(model, ct))
        {
            await writer.WriteLineAsync(string.Join(',', Columns.Select(column => column.Cell(row, model))).AsMemory(), ct);
            if (++done % 100 == 0)
                await task.ReportAsync(done, total, ct);
        }

        return new TransferCounts(Results: done);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
