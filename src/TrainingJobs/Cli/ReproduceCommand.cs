using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad reproduce</c>: trains a bundle's model anew and says whether its golden images get the same scores.</summary>
public static class ReproduceCommand
{
    /// <summary>It was trained and scored, and something else came out.</summary>
    public const int ExitDiffers = 2;

    private static readonly Option<string> Model = new("--model") { Description = "A bundle, as “Download bundle” gives it.", Required = true };
    private static readonly Option<string?> Out = new("--out") { Description = "A new folder to work in and keep; without it a temporary one is used and deleted." };
    private static readonly Option<bool> Json = new("--json") { Description = "The report as JSON on standard output." };

    private static readonly JsonSerializerOptions Indented = new(WorkerProtocol.Json) { WriteIndented = true };

    public static Command Create()
    {
        var command = new Command("reproduce", "Train a bundle's model anew and compare the scores of its golden images.")
        {
            Model, Out, Json, CommonOptions.Backbones, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetAction(async (parsed, ct) =>
        {
            ReproductionReport? report = null;
            var exit = await Terminal.GuardAsync(async () =>
            {
                var done = await RunAsync(parsed, ct);
                report = done.Succeeded ? done.Value : null;
                return done.Succeeded ? Result.Ok : done.Error;
            });
            return report is { Same: false } ? ExitDiffers : exit;
        });
        return command;
    }

    private static async Task<Result<ReproductionReport>> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var kept = parsed.GetValue(Out) is { } named ? Path.GetFullPath(named) : null;
        // What lies there from another run could pass for this one's.
        if (kept is not null && Directory.Exists(kept) && Directory.EnumerateFileSystemEntries(kept).Any())
            return new FolderNotEmpty(kept);
        var folder = kept is null ? Directory.CreateTempSubdirectory("fewshotad-reproduce-").FullName : Directory.CreateDirectory(kept).FullName;
        try
        {
            using var terminal = new Terminal();
            var reproduction = new Reproduction(
                folder, parsed.GetValue(CommonOptions.Device)!, parsed.GetValue(CommonOptions.Threads), CommonOptions.BackboneFolder(parsed), terminal.Report);
            var done = await reproduction.RunAsync(parsed.GetValue(Model)!, ct);
            if (!done.Succeeded)
                return done;
            terminal.Show(1, null, "Compared");
            Console.Out.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(done.Value, Indented) : Text(done.Value));
            return done;
        }
        finally
        {
            if (kept is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(ReproductionReport report)
    {
        var width = Math.Max("image".Length, report.Images.Max(image => image.Name.Length));
        List<string> lines =
        [
            $"{"image".PadRight(width)}  {"expected",12}  {"stored",12}  {"retrained",12}",
            .. report.Images.Select(image => string.Create(
                CultureInfo.InvariantCulture, $"{image.Name.PadRight(width)}  {image.Expected,12:G6}  {image.Stored,12:G6}  {image.Retrained,12:G6}  {Word(image)}")),
            .. report.Differences.Select(part => $"Another {part.What}: {part.There ?? "not recorded"} there, {part.Here ?? "not known"} here."),
            string.Create(CultureInfo.InvariantCulture, $"{report.Device}, {report.Threads} threads."),
            report.Verdict switch
            {
                GoldenVerdict.SameBits => $"The same scores as {report.Project} v{report.Version}, to the bit.",
                GoldenVerdict.WithinTolerance => string.Create(
                    CultureInfo.InvariantCulture, $"The same scores as {report.Project} v{report.Version} within {report.Tolerance:P1}: largest difference {report.LargestDifference:G3} on {report.LargestOn}."),
                _ => string.Create(CultureInfo.InvariantCulture, $"Differs from {report.Project} v{report.Version}: largest difference {report.LargestDifference:G3} on {report.LargestOn}."),
            },
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Word(ReproducedImage image) => (image.Verdict, image.IsStoredAgain) switch
    {
        (GoldenVerdict.SameBits, _) => "same bits",
        (GoldenVerdict.WithinTolerance, true) => "within tolerance; the stored model says the same here",
        (GoldenVerdict.WithinTolerance, false) => "within tolerance",
        (_, true) => $"different ({image.What}); the stored model says the same here",
        _ => $"different ({image.What})",
    };
}

public sealed record FolderNotEmpty(string Folder) : Error(ErrorKind.Conflict, "folder.used", $"The folder {Folder} is not empty. Name a new one.");
