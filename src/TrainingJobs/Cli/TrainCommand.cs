using System.CommandLine;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
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

    private static readonly Option<string> Method = Choice("--method", "The method.", "regad", "uniad", "patchcore");
    private static readonly Option<string> Adversarial = Choice("--adversarial", "With or without the adversarial loss.", "on", "off");
    private static readonly Option<string> Preset = Choice("--preset", "Minutes on a processor, or the published schedule.", "quick", "full");
    private static readonly Option<int?> Shots = new("--shots") { Description = "K, 2 to 8; by default as many as the folder has, at most 4." };
    private static readonly Option<int> Seed = Number("--seed", "Seed of everything random.", 1);
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "Epochs instead of the preset's; 0 does not train." };
    private static readonly Option<int?> Steps = new("--steps") { Description = "Steps per epoch instead of the preset's." };
    private static readonly Option<int?> Batch = new("--batch") { Description = "Queries per step instead of the preset's." };
    private static readonly Option<int> Size = Number("--size", "Side to which images are resized, in pixels.", 224);
    private static readonly Option<double> Weight = new("--weight")
    {
        Description = "λ, the weight of the adversarial loss.",
        DefaultValueFactory = _ => new AdversarialOptions().Weight,
    };

    public static Command Create()
    {
        var command = new Command("train", "Train a model from a few good parts.")
        {
            Support, Out, Category, Method, Adversarial, Preset, Shots, Seed, Epochs, Steps, Batch, Size, Weight,
            CommonOptions.Device, CommonOptions.Threads,
        };
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
        var preset = parsed.GetValue(Preset) == "full" ? TrainingPreset.Full : TrainingPreset.Quick;
        var method = parsed.GetValue(Method) switch
        {
            "uniad" => DetectionMethod.UniAd,
            "patchcore" => DetectionMethod.PatchCore,
            _ => DetectionMethod.RegAd,
        };
        var recipe = TrainingRecipe.For(preset, method);
        return recipe with
        {
            Adversarial = parsed.GetValue(Adversarial) == "off" || method == DetectionMethod.PatchCore ? null : new AdversarialOptions { Weight = parsed.GetValue(Weight) },
            Shots = shots,
            ImageSize = parsed.GetValue(Size),
            Seed = parsed.GetValue(Seed),
            Epochs = parsed.GetValue(Epochs) ?? recipe.Epochs,
            StepsPerEpoch = parsed.GetValue(Steps) ?? recipe.StepsPerEpoch,
            BatchSize = parsed.GetValue(Batch) ?? recipe.BatchSize,
        };
    }

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
