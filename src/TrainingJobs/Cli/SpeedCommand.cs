using System.CommandLine;
using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Speed;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad speed</c>: what forward passes, scores, fits and training steps cost here, and whether the targets hold.</summary>
public static class SpeedCommand
{
    private static readonly Option<string[]> Backbone = new("--backbone")
    {
        Description = "Backbone to measure, random weights; may be given several times. By default those with targets.",
        DefaultValueFactory = _ => [MobileNetV2.Key, ResNet18.Key],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Repeats = Number("--repeats", "Measured rounds.", 5);
    private static readonly Option<int> Side = Number("--side", "Side of the images in pixels.", 224);
    private static readonly Option<int> Shots = Number("--shots", "K, 2 to 8.", 4);
    private static readonly Option<string> Only = new("--only")
    {
        Description = "Measure only what has a name that begins so, for example regad. or uniad.score.8, as in the JSON.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON instead of a table." };

    public static Command Create()
    {
        var command = new Command("speed", "Measure speed and memory on this machine.")
        {
            Backbone, Repeats, Side, Shots, Only, Json, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetAction((parsed, ct) => Task.FromResult(Terminal.Guard(() => Run(parsed, ct))));
        return command;
    }

    private static Result Run(ParseResult parsed, CancellationToken ct)
    {
        var options = new SpeedOptions(
            parsed.GetValue(Backbone)!, parsed.GetValue(Side), parsed.GetValue(Shots), parsed.GetValue(Repeats), parsed.GetValue(Only)!);
        var valid = options.Validate();
        if (!valid.Succeeded)
            return valid;
        var compute = Compute.Configure(parsed.GetValue(CommonOptions.Device)!, parsed.GetValue(CommonOptions.Threads));
        if (!compute.Succeeded)
            return compute.Error;
        using var terminal = new Terminal();
        var measured = new SpeedRun(options, compute.Value, terminal.Say).Measure(ct);
        if (!measured.Succeeded)
            return measured.Error;
        var report = SpeedReport.Of(measured.Value, options, compute.Value);
        Console.Out.Write(parsed.GetValue(Json) ? report.ToJson() + "\n" : SpeedTable.Of(report));
        return Result.Ok;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
