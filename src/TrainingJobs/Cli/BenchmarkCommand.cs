using System.CommandLine;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad benchmark</c>: what the methods reach on a labelled dataset, arm beside arm.</summary>
public static class BenchmarkCommand
{
    /// <summary>Decoded images that are kept in memory.</summary>
    private const long CacheBytes = 1_500_000_000;

    private static readonly Option<string> Data = new("--data") { Description = "A dataset in the layout of MVTec AD.", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the report; the same command goes on where it stopped.", Required = true };
    private static readonly Option<string[]> Category = new("--category")
    {
        Description = "Score this category only; may be given several times. Training always has the whole dataset.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string> Methods = new("--method")
    {
        Description = "One or several of regad, uniad and patchcore, with commas.", DefaultValueFactory = _ => "regad,patchcore",
    };

    private static readonly Option<string> Adversarial = RecipeOptions.Choice("--adversarial", "The arms beside the untrained one.", "both", "on", "off");
    private static readonly Option<string> Shots = new("--shots") { Description = "K, one or several with commas, 2 to 8 each.", DefaultValueFactory = _ => "4" };
    private static readonly Option<int> SeedCount = new("--seeds") { Description = "Seeds 1 to N: support sets and everything random.", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> WithoutUntrained = new("--no-untrained") { Description = "Leave the untrained arm out." };

    public static Command Create()
    {
        var command = new Command("benchmark", "Measure the methods on a labelled dataset.")
        {
            Data, Out, Category, Methods, Adversarial, Shots, SeedCount, WithoutUntrained, CommonOptions.Backbones, CommonOptions.Device, CommonOptions.Threads,
        };
        RecipeOptions.AddTo(command);
        command.SetAction((parsed, ct) => Task.FromResult(Terminal.Guard(() => Run(parsed, ct))));
        return command;
    }

    private static Result Run(ParseResult parsed, CancellationToken ct)
    {
        using var terminal = new Terminal();
        var data = BenchmarkDataset.Find(parsed.GetValue(Data)!, terminal.Say);
        if (!data.Succeeded)
            return data.Error;
        var plan = Plan(parsed, data.Value);
        if (!plan.Succeeded)
            return plan.Error;
        var compute = Compute.Configure(parsed.GetValue(CommonOptions.Device)!, parsed.GetValue(CommonOptions.Threads));
        if (!compute.Succeeded)
            return compute.Error;
        var folder = Path.GetFullPath(parsed.GetValue(Out)!);
        var files = new CellFiles(folder);
        terminal.Say($"Computing on {compute.Value.Name} with {compute.Value.Threads} threads. {compute.Value.Reason}");
        var progress = new BenchmarkProgress(terminal.Show, TimeProvider.System);
        var images = new ImageCache(plan.Value.Recipes[0].ImageSize, CacheBytes);
        var work = new UnitRun(
            data.Value, images, WeightStore.Of(CommonOptions.BackboneFolder(parsed), terminal.Say), Path.Combine(folder, "checkpoint"), compute.Value, progress, TimeProvider.System, terminal.Say);
        var rows = new BenchmarkRunner(data.Value, files, work, progress).Run(plan.Value, ct);
        if (!rows.Succeeded)
            return rows.Error;
        var (asked, found) = (plan.Value, data.Value);
        var settings = new BenchmarkSettings(found.Name, found.Hash, asked.Categories, asked.Recipes, asked.Arms, asked.Shots, asked.Seeds);
        BenchmarkReport.Write(folder, settings, Machine.Of(compute.Value), rows.Value, ct);
        terminal.Say($"Wrote {Path.Combine(folder, BenchmarkReport.PageName)}, {BenchmarkReport.JsonName} and {BenchmarkReport.PlotFolder}.");
        return Result.Ok;
    }

    private static Result<BenchmarkPlan> Plan(ParseResult parsed, BenchmarkDataset data)
    {
        var recipes = new List<TrainingRecipe>();
        foreach (var name in Words(parsed.GetValue(Methods)!))
        {
            if (RecipeOptions.MethodNamed(name) is not { } method)
                return new InvalidOption("--method", $"“{name}” is none of regad, uniad, patchcore.");
            recipes.Add(RecipeOptions.Of(parsed, method));
        }

        var shots = new List<int>();
        foreach (var word in Words(parsed.GetValue(Shots)!))
        {
            if (!int.TryParse(word, out var count) || count is < TrainingRecipe.MinShots or > TrainingRecipe.MaxShots)
                return new InvalidOption("--shots", $"“{word}” is no number from {TrainingRecipe.MinShots} to {TrainingRecipe.MaxShots}.");
            shots.Add(count);
        }

        if (recipes.Count == 0 || shots.Count == 0 || parsed.GetValue(SeedCount) is < 1 or > 100)
            return new InvalidOption("--seeds", "Name at least one method and one number of shots, and 1 to 100 seeds.");
        string[] chosen = [.. parsed.GetValue(Category)!.Distinct()];
        return new BenchmarkPlan(
            [.. recipes.DistinctBy(recipe => recipe.Method)],
            chosen.Length > 0 ? chosen : [.. data.Categories.Where(category => category.Test.Count > 0).Select(category => category.Name)],
            [.. Arms(parsed)], [.. shots.Distinct()], [.. Enumerable.Range(1, parsed.GetValue(SeedCount))]);
    }

    private static IEnumerable<BenchmarkArm> Arms(ParseResult parsed)
    {
        if (!parsed.GetValue(WithoutUntrained))
            yield return BenchmarkArm.Untrained;
        if (parsed.GetValue(Adversarial) is "both" or "off")
            yield return BenchmarkArm.Plain;
        if (parsed.GetValue(Adversarial) is "both" or "on")
            yield return BenchmarkArm.Adversarial;
    }

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

public sealed record InvalidOption(string Option, string What) : Error(ErrorKind.Invalid, "option", $"{Option}: {What}");
