using System.Diagnostics;
using System.Globalization;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Tests.Benchmark;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Tests.Cli;

/// <summary>The program as people and the portal start it: a real process.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Train_and_score_make_a_model_a_table_maps_and_heatmaps()
    {
        Parts.WriteJob(folder, Parts.SmallRecipe);
        Directory.CreateDirectory(folder["shots"]);
        Directory.CreateDirectory(folder["images", "a, b"]);
        foreach (var name in (string[])["shot0", "shot1"])
            File.Move(folder[name + ".png"], folder["shots", name + ".png"]);
        File.Move(folder["good-1.png"], folder["images", "good.png"]);
        File.Move(folder["bad-1.png"], folder["images", "a, b", "bad.png"]);
        File.WriteAllText(folder["images", "broken.png"], "no image");

        var trained = await Run(
            "train", "--support", folder["shots"], "--out", folder["model.fsad"], "--size", "64", "--epochs", "1", "--steps", "2", "--batch", "2",
            "--device", "cpu", "--seed", "5");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.False(Directory.Exists(folder["model.fsad.work"]));

        var scored = await Run("score", "--model", folder["model.fsad"], "--images", folder["images"], "--out", folder["out"]);
        Assert.True(scored.Code == 0, scored.Error);
        Assert.Contains("broken.png was not scored", scored.Error, StringComparison.Ordinal);
        var table = await File.ReadAllLinesAsync(folder["out", "scores.csv"], TestContext.Current.CancellationToken);
        Assert.Equal("image,score,scaled,t1,t2,verdict", table[0]);
        Assert.Equal(3, table.Length);
        Assert.StartsWith("\"a, b/bad.png\",", table[1], StringComparison.Ordinal);
        var (bad, good) = (table[1].Split(',')[2..], table[2].Split(',')[1..]);
        Assert.True(double.Parse(bad[0], CultureInfo.InvariantCulture) > double.Parse(good[0], CultureInfo.InvariantCulture));
        Assert.True(File.Exists(folder["out", "maps", "a, b", "bad.png.fsam"]));
        Assert.True(File.Exists(folder["out", "heatmaps", "good.png.png"]));
    }

    [Fact]
    public async Task Benchmark_writes_a_report_and_goes_on_where_it_stopped()
    {
        var data = DrawnDataset.Write(folder, "bolt", "nut");
        string[] arguments =
        [
            "benchmark", "--data", data, "--out", folder["out"], "--method", "regad,patchcore", "--adversarial", "both", "--shots", "2", "--seeds", "2",
            "--size", "64", "--epochs", "1", "--steps", "1", "--batch", "2", "--device", "cpu",
        ];
        var first = await Run(arguments);
        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("100%", first.Error, StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(folder["out", "report.md"], TestContext.Current.CancellationToken);
        Assert.Contains("bolt", report, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["out", "report.json"]));
        Assert.NotEmpty(Directory.GetFiles(folder["out", "plots"], "*.svg"));

        var cell = folder["out", "cells", "nut", "regad-plain-k2-s2.json"];
        File.Delete(cell);
        var again = await Run(arguments);
        Assert.True(again.Code == 0, again.Error);
        Assert.True(File.Exists(cell));
        var other = await Run([.. arguments, "--rate", "0.5"]);
        Assert.NotEqual(0, other.Code);
        Assert.Contains("choose another --out", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_takes_another_backbone_from_a_folder_and_says_which_file_it_was()
    {
        Parts.WriteJob(folder, Parts.SmallRecipe);
        Directory.CreateDirectory(folder["shots"]);
        foreach (var name in (string[])["shot0.png", "shot1.png"])
            File.Move(folder[name], folder["shots", name]);
        WeightFiles.Write(folder["weights", "resnet18", "mine.safetensors"], WeightFiles.Untrained(ResNet18.Key));
        var trained = await Run(
            "train", "--support", folder["shots"], "--out", folder["model.fsad"], "--method", "patchcore", "--size", "64", "--device", "cpu",
            "--backbone", "resnet18", "--backbones", folder["weights"]);
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains(folder["weights", "resnet18", "mine.safetensors"], trained.Error, StringComparison.Ordinal);
        Assert.Equal("resnet18", ModelBundle.Read(folder["model.fsad"], TestContext.Current.CancellationToken).Value.Manifest.Recipe.Backbone);
    }

    [Fact]
    public async Task Weights_are_fetched_through_the_proxy_of_the_environment()
    {
        Parts.Write(folder["shots", "1.png"], Parts.Draw(1, false));
        Parts.Write(folder["shots", "2.png"], Parts.Draw(2, false));
        var asked = new TaskCompletionSource<string>();
        await using var proxy = new TinyServer(request =>
        {
            asked.TrySetResult(request.Path);
            return new TinyAnswer("403 Forbidden", []);
        });
        var environment = new Dictionary<string, string?>
        {
            ["HTTPS_PROXY"] = proxy.Address.GetLeftPart(UriPartial.Authority), ["https_proxy"] = proxy.Address.GetLeftPart(UriPartial.Authority),
            ["NO_PROXY"] = null, ["no_proxy"] = null, ["XDG_CACHE_HOME"] = folder["cache"],
        };
        using var process = Start(
            environment, "train", "--support", folder["shots"], "--out", folder["x.fsad"], "--method", "patchcore", "--backbone", "resnet18", "--device", "cpu");
        // What the tunnel is asked for says it all; after the refusal the program would try again for a while.
        var tunnel = await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("download.pytorch.org:443", tunnel);
    }

    [Theory]
    [InlineData("train", "--support", ".", "--out", "x.fsad", "--backbone", "alexnet")]
    [InlineData("train", "--support", ".", "--out", "x.fsad", "--backbone", "efficientnet_b4")]
    [InlineData("benchmark", "--data", "nowhere", "--out", "out")]
    [InlineData("benchmark", "--data", ".", "--out", "out", "--method", "magic")]
    [InlineData("benchmark", "--data", ".", "--out", "out", "--shots", "99")]
    [InlineData("train", "--support", "nowhere", "--out", "x.fsad")]
    [InlineData("score", "--model", "nowhere.fsad", "--images", ".", "--out", "out")]
    [InlineData("train", "--support", ".")]
    [InlineData("train", "--support", ".", "--out", "x.fsad", "--device", "abacus")]
    public async Task Bad_input_gives_a_sentence_an_exit_code_and_no_stack_trace(params string[] arguments)
    {
        Parts.Write(folder["shot.png"], Parts.Draw(1, false));
        Parts.Write(folder["shot2.png"], Parts.Draw(2, false));
        var result = await Run(arguments);
        Assert.NotEqual(0, result.Code);
        Assert.NotEqual("", result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_speaks_the_protocol_and_nothing_else()
    {
        Parts.WriteJob(folder, Parts.SmallRecipe);
        using var process = Start("work", "--job", folder["job.json"]);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WorkerProtocol.ExitDone, await ExitCode(process));
        var messages = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            Assert.True(WorkerProtocol.TryRead(line, out var message), line);
            return message;
        }).ToArray();
        Assert.IsType<Started>(messages[0]);
        Assert.IsType<Done>(messages[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_stops_on_cancel_and_when_its_parent_is_gone(bool cancel)
    {
        Parts.WriteJob(folder, Parts.SmallRecipe with { StepsPerEpoch = 5_000 });
        using var process = Start("work", "--job", folder["job.json"]);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (WorkerProtocol.TryRead(line, out var message) && message is StepDone)
                break;
        }

        var clock = Stopwatch.StartNew();
        if (cancel)
            await process.StandardInput.WriteLineAsync(WorkerProtocol.CancelLine);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        if (!cancel)
            process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WorkerProtocol.ExitCancelled, await ExitCode(process));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed} to stop.");
    }

    [Fact]
    public async Task Work_says_why_it_failed()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        await File.WriteAllTextAsync(
            folder["job.json"], (manifest with { Recipe = manifest.Recipe with { Backbone = "unheard_of" } }).ToJson(), TestContext.Current.CancellationToken);
        using var process = Start("work", "--job", folder["job.json"]);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(WorkerProtocol.ExitFailed, await ExitCode(process));
        Assert.True(WorkerProtocol.TryRead(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], out var last));
        Assert.Contains("unheard_of", Assert.IsType<Failed>(last).Reason, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Error)> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (await ExitCode(process), await error);
    }

    private static async Task<int> ExitCode(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    private Process Start(params string[] arguments) => Start([], arguments);

    /// <param name="environment">What differs from this process's own; null takes a variable away.</param>
    private Process Start(Dictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fewshotad.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
