using System.CommandLine;
using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Serving;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad serve</c>: what the portal starts to score by REST. Speaks frames on its standard input and output and nothing else.</summary>
public static class ServeCommand
{
    private static readonly Option<int> Memory = new("--memory")
    {
        Description = "Megabytes for warm models; the least recently used one is dropped first.",
        DefaultValueFactory = _ => 2048,
    };

    private static readonly Option<int> Together = new("--together")
    {
        Description = $"Images of one model in one pass, 1 to {ImageScorer.BatchSize}. With 1 an image's map does not depend on what else is asked for.",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create()
    {
        Memory.Validators.Add(result => Range(result, 64, 1 << 20));
        Together.Validators.Add(result => Range(result, 1, ImageScorer.BatchSize));
        var command = new Command("serve", "Score images for the portal with models that stay warm.")
        {
            Memory, Together, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetAction((parsed, ct) => Task.FromResult(Terminal.Guard(() => Run(parsed, ct))));
        return command;
    }

    private static Result Run(ParseResult parsed, CancellationToken ct)
    {
        var compute = Compute.Configure(parsed.GetValue(CommonOptions.Device)!, parsed.GetValue(CommonOptions.Threads));
        if (!compute.Succeeded)
            return compute.Error;
        using var input = Console.OpenStandardInput();
        using var output = PrivateOutput.Take();
        try
        {
            new ScoringServer(input, output, compute.Value, new ServingOptions((long)parsed.GetValue(Memory) << 20, parsed.GetValue(Together))).Run(ct);
            return Result.Ok;
        }
        catch (InvalidDataException e)
        {
            return new NotSpokenTo(e.Message);
        }
    }

    private static void Range(System.CommandLine.Parsing.OptionResult result, int from, int to)
    {
        if (result.GetValueOrDefault<int>() is var value && (value < from || value > to))
            result.AddError($"{result.Option.Name} goes from {from} to {to}.");
    }
}

public sealed record NotSpokenTo(string Why)
    : Error(ErrorKind.Invalid, "serve.channel", $"{Why} This command is started by the portal, which speaks frames on its standard input.");
