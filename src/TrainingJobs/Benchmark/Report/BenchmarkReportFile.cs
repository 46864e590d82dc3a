using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>What <c>report.json</c> holds: everything the report says, for programs.</summary>
/// <param name="Version">Of this form; <see cref="CurrentVersion"/> when written by this program.</param>
public sealed record BenchmarkReportFile(
    int Version, BenchmarkSettings Settings, Machine Machine, IReadOnlyList<ReportedRow> Rows, BenchmarkStatistics Statistics)
{
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(WorkerProtocol.Json)
    {
        WriteIndented = true,
        // The same rows give the same bytes on every system.
        NewLine = "\n",
    };

    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <exception cref="JsonException">Not a report.</exception>
    public static BenchmarkReportFile FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<BenchmarkReportFile>(bytes, Json) ?? throw new JsonException("An empty report.");
}

/// <summary>A row without the scores of single images and without its look at features; those lie in the file of the cell.</summary>
public sealed record ReportedRow(
    BenchmarkCell Cell, TrainingRecipe Recipe, IReadOnlyList<string> Support, EvaluationMetrics Metrics, FinalLosses? Losses, BenchmarkSeconds Seconds)
{
    public static ReportedRow Of(BenchmarkRow row) => new(row.Cell, row.Recipe, row.Support, row.Metrics, row.Losses, row.Seconds);
}
