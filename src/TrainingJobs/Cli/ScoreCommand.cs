using System.CommandLine;
using System.Globalization;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad score</c>: a table, raw maps and heatmaps for a folder of images.</summary>
public static class ScoreCommand
{
    public const string TableName = "scores.csv";
    private const string Header = "image,score,scaled,t1,t2,verdict";

    private static readonly Option<string> Model = new("--model") { Description = "A model file that train wrote.", Required = true };
    private static readonly Option<string> Images = new("--images") { Description = "Folder of images, folders below included.", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for scores.csv, maps/ and heatmaps/.", Required = true };

    public static Command Create()
    {
        var command = new Command("score", "Score images with a model.")
        {
            Model, Images, Out, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetAction((parsed, ct) => Task.FromResult(Terminal.Guard(() => Run(parsed, ct))));
        return command;
    }

    private static Result Run(ParseResult parsed, CancellationToken ct)
    {
        var images = ImageFolder.List(parsed.GetValue(Images)!, recursive: true);
        if (!images.Succeeded)
            return images.Error;
        var compute = Compute.Configure(parsed.GetValue(CommonOptions.Device)!, parsed.GetValue(CommonOptions.Threads));
        if (!compute.Succeeded)
            return compute.Error;
        using var terminal = new Terminal();
        var loaded = ReadyModel.Load(parsed.GetValue(Model)!, compute.Value.Device, ct);
        if (!loaded.Succeeded)
            return loaded.Error;
        using var ready = loaded.Value;
        var root = Path.GetFullPath(parsed.GetValue(Out)!);
        Directory.CreateDirectory(root);
        var rows = Score(ready, compute.Value.Device, images.Value, root, terminal, ct);
        AtomicFile.Write(Path.Combine(root, TableName), stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. rows, ""]))));
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"Scored {rows.Count} of {images.Value.Count} images into {root}."));
        return rows.Count > 0 ? Result.Ok : new NothingScored();
    }

    private static List<string> Score(
        ReadyModel ready, TorchSharp.torch.Device device, IReadOnlyList<JobImage> images, string root, Terminal terminal, CancellationToken ct)
    {
        var calibration = ready.Manifest.Calibration;
        var files = new ScoreFiles(root, calibration);
        var scorer = new ImageScorer(ready.Model, device);
        var progress = new JobProgress(terminal.Report, TimeProvider.System);
        progress.Plan(RunPhase.Scoring, images.Count, 0.1);
        progress.Begin(RunPhase.Scoring);
        var rows = new List<string>();
        foreach (var chunk in images.Chunk(ImageScorer.BatchSize))
        {
            ct.ThrowIfCancellationRequested();
            var readable = new List<(JobImage Image, PixelImage Pixels)>();
            foreach (var image in chunk)
            {
                var read = ImageReader.Read(image.Path, ready.Manifest.Recipe.ImageSize, ct);
                if (read.Succeeded)
                    readable.Add((image, read.Value));
                else
                    terminal.Report(new LogWritten(LogSeverity.Warning, $"{image.Id} was not scored. {read.Error.Message}"));
            }

            if (readable.Count > 0)
            {
                foreach (var ((image, _), scored) in readable.Zip(scorer.Score([.. readable.Select(pair => pair.Pixels)])))
                {
                    files.Write(scored, $"{ScoreFiles.Maps}/{image.Id}.fsam", $"{ScoreFiles.Heatmaps}/{image.Id}.png");
                    rows.Add(Row(image.Id, scored.Score, calibration));
                }
            }

            progress.Advance(chunk.Length);
        }

        return rows;
    }

    private static string Row(string image, double score, Calibration line)
    {
        // RFC 4180: quoted where the name holds a separator, quotes doubled.
        var name = image.AsSpan().IndexOfAny(",\"\r\n") < 0 ? image : $"\"{image.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var verdict = line.Judge(score).ToString().ToLowerInvariant();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name},{score:R},{line.Scale(score):0.00},{line.CertainlyGood:R},{line.CertainlyDefective:R},{verdict}");
    }
}

public sealed record NothingScored()
    : Error(ErrorKind.Invalid, "score.none", "None of the images could be read, so nothing was scored.");
