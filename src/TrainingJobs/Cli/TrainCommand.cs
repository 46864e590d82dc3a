using System.CommandLine;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad train</c>: a model file from a folder of good parts.</summary>
public static class TrainCommand
{
    private static readonly Option<string> Support = new("--support")
    {
        Description = "Folder with the normal support shots; the first K image files by name are used.",
        Required = true,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The model file to write.", Required = true };

    private static readonly Option<string[]> Category = new("--category")
    {
        Description = "Folder with normal images of another part to learn from as well; may be given several times.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string> Method = RecipeOptions.Choice("--method", "The method.", "regad", "uniad", "patchcore");
    private static readonly Option<string> Adversarial = RecipeOptions.Choice("--adversarial", "With or without the adversarial loss.", "on", "off");
    private static readonly Option<int?> Shots = new("--shots") { Description = "K, 2 to 8; by default as many as the folder has, at most 4." };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var command = new Command("train", "Train a model from a few good parts.")
        {
            Support, Out, Category, Method, Adversarial, Shots, Seed, CommonOptions.Backbones, CommonOptions.Device, CommonOptions.Threads,
        };
        RecipeOptions.AddTo(command);
        command.SetAction((parsed, ct) => Task.FromResult(Terminal.Guard(() => Run(parsed, ct))));
        return command;
    }

    private static Result Run(ParseResult parsed, CancellationToken ct)
    {
        var folder = parsed.GetValue(Support)!;
        var images = ImageFolder.List(folder);
        if (!images.Succeeded)
            return images.Error;
        var shots = parsed.GetValue(Shots) ?? Math.Min(4, images.Value.Count);
        var categories = new List<TrainingCategory>();
        foreach (var path in parsed.GetValue(Category)!)
        {
            var listed = ImageFolder.List(path);
            if (!listed.Succeeded)
                return listed.Error;
            categories.Add(new TrainingCategory(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), listed.Value));
        }

        var target = Path.GetFullPath(parsed.GetValue(Out)!);
        var work = target + ".work";
        var manifest = new JobManifest
        {
            RunId = Path.GetFileNameWithoutExtension(target),
            Recipe = Recipe(parsed, shots),
            Support = [.. images.Value.Take(shots)],
            TrainingCategories = categories,
            WorkDirectory = work,
            Device = parsed.GetValue(CommonOptions.Device)!,
            Threads = parsed.GetValue(CommonOptions.Threads),
            BackboneDirectory = CommonOptions.BackboneFolder(parsed),
        };
        // Stopped half way, the work folder stays: the same command goes on from its last epoch.
        using var terminal = new Terminal();
        var done = new TrainingJob(manifest, terminal.Report, TimeProvider.System).Run(ct);
        if (!done.Succeeded)
            return done;
        File.Move(Path.Combine(work, ModelBundle.FileName), target, overwrite: true);
        Directory.Delete(work, recursive: true);
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"Wrote {target} ({new FileInfo(target).Length / 1e6:0.0} MB)."));
        return Result.Ok;
    }

    private static TrainingRecipe Recipe(ParseResult parsed, int shots)
    {
        var recipe = RecipeOptions.Of(parsed, RecipeOptions.MethodNamed(parsed.GetValue(Method)!) ?? DetectionMethod.RegAd);
        return recipe with
        {
            Adversarial = parsed.GetValue(Adversarial) == "off" ? null : recipe.Adversarial,
            Shots = shots,
            Seed = parsed.GetValue(Seed),
        };
    }
}
