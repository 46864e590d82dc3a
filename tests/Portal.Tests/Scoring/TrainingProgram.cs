using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>A run's model, and what the run said of its test images.</summary>
internal sealed record Trained(
    TrainingRecipe Recipe, string Bundle, ModelWritten Written, IReadOnlyDictionary<string, byte[]> Pictures, IReadOnlyDictionary<string, double> Scores);

/// <summary>The training program as the portal and people start it.</summary>
internal static class TrainingProgram
{
    public static string Path { get; } = System.IO.Path.Combine(
        SharedFiles.RepositoryRoot, "src", "TrainingJobs", "bin",
        typeof(TrainingProgram).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, "net10.0", "fewshotad.dll");

    /// <summary>A whole run: two shots, and test images good and bad.</summary>
    public static async Task<Trained> TrainAsync(string folder, TrainingRecipe recipe, int testImages)
    {
        Directory.CreateDirectory(folder);
        var pictures = Enumerable.Range(0, testImages).ToDictionary(i => $"test{i}", i => DrawnPart.Png(100 + i, i % 2 == 1, recipe.ImageSize));
        var manifest = new JobManifest
        {
            RunId = "run", Recipe = recipe, WorkDirectory = System.IO.Path.Combine(folder, "work"), Device = "cpu",
            Support = [.. Enumerable.Range(0, recipe.Shots).Select(i => Write($"shot{i}", DrawnPart.Png(i, false, recipe.ImageSize)))],
            Test = [.. pictures.Select(picture => Write(picture.Key, picture.Value))],
        };
        var job = System.IO.Path.Combine(folder, "job.json");
        await File.WriteAllTextAsync(job, manifest.ToJson());
        var output = await RunAsync("work", "--job", job);
        var messages = output.Split('\n').Select(line => WorkerProtocol.TryRead(line, out var message) ? message : null).ToList();
        Assert.IsType<Done>(messages.Last(message => message is not null));
        return new Trained(
            recipe, System.IO.Path.Combine(manifest.WorkDirectory, "model.fsad"), messages.OfType<ModelWritten>().Single(), pictures,
            messages.OfType<ImageScored>().ToDictionary(scored => scored.ImageId, scored => scored.Score));

        JobImage Write(string id, byte[] png)
        {
            var path = System.IO.Path.Combine(folder, id + ".png");
            File.WriteAllBytes(path, png);
            return new JobImage(id, path);
        }
    }

    /// <summary><c>fewshotad score</c> of one picture.</summary>
    public static async Task<double> ScoreAsync(string bundle, byte[] picture, string folder)
    {
        var images = Directory.CreateDirectory(System.IO.Path.Combine(folder, "images")).FullName;
        await File.WriteAllBytesAsync(System.IO.Path.Combine(images, "one.png"), picture);
        await RunAsync("score", "--model", bundle, "--images", images, "--out", System.IO.Path.Combine(folder, "out"), "--device", "cpu");
        var table = await File.ReadAllLinesAsync(System.IO.Path.Combine(folder, "out", "scores.csv"));
        return double.Parse(table[1].Split(',')[1], CultureInfo.InvariantCulture);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        // The input stays open: its end would say that the parent is gone.
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
