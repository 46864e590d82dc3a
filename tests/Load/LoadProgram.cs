using System.CommandLine;
using System.Globalization;
using FewShotAD.Load.Circuits;
using FewShotAD.Load.Report;
using FewShotAD.Load.Review;
using FewShotAD.Load.Scoring;
using FewShotAD.Load.Uploads;

namespace FewShotAD.Load;

/// <summary>
/// Puts a portal of this machine under load and says what it did. Every count and every time has a bound, and only loopback is
/// accepted: this is no tool against anybody else's server.
/// </summary>
public static class LoadProgram
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(30);

    private static readonly Option<string?> Url = new("--url") { Description = "A portal that runs on this machine; without it one is started on a data directory of its own." };
    private static readonly Option<int?> Process = new("--pid") { Description = "The process of the portal at --url, whose memory is measured." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };
    private static readonly Option<int> Seed = Number("--seed", "Of everything that is left to chance.", 1, 0, int.MaxValue);
    private static readonly Option<string[]> Settings = new("--set") { Description = "A setting of the own portal, such as Scoring__Threads=2; an environment variable of its process." };

    /// <returns>0 when the scenario ran, whatever its figures are; 1 when it could not.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter output, CancellationToken ct) =>
        Root(output).Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, ct);

    private static RootCommand Root(TextWriter output)
    {
        var circuits = Number("--count", "How many circuits are open at once.", 300, 1, 1000);
        var pause = Number("--pause", "Seconds between two clicks of a person, on average.", 5, 1, 60);
        var seconds = Number("--seconds", "For how long they click.", 60, 1, 900);
        var images = Number("--images", "Scored images of the project.", 60, 3, 500);
        var uploads = Number("--count", "How many pictures.", 2000, 1, 5000);
        var uploaders = Number("--clients", "How many requests at once.", 4, 1, 16);
        var side = Number("--side", "Pixels of a drawn picture's side.", 900, 16, 4096);
        var from = new Option<DirectoryInfo?>("--from") { Description = "A folder of pictures to send instead of drawn ones." };
        var scores = Number("--count", "How many requests.", 400, 1, 20_000);
        var scorers = Number("--clients", "How many requests at once.", 8, 1, 32);
        var judged = Number("--images", "How many images wait in the queue.", 400, 3, 1000);
        var reviewers = Number("--reviewers", "How many people.", 8, 2, 20);
        var share = Number("--second", "Percent of the images that a second person judges.", 20, 0, 100);
        return new RootCommand("FewShotAD under load: on this machine alone, and never without an end.")
        {
            Scenario("circuits", "People at pages: memory of a circuit, time of a click.", output, [circuits, pause, seconds, images], (target, parsed, stop) => CircuitsScenario.RunAsync(
                target, new(parsed.GetValue(circuits), TimeSpan.FromSeconds(parsed.GetValue(pause)), parsed.GetValue(seconds), parsed.GetValue(images), parsed.GetValue(Seed)), stop)),
            Scenario("uploads", "Pictures by the upload endpoint: pictures a second, memory, and what is the limit.", output, [uploads, uploaders, side, from], (target, parsed, stop) => UploadsScenario.RunAsync(
                target, new(parsed.GetValue(uploads), parsed.GetValue(uploaders), parsed.GetValue(side), parsed.GetValue(from)?.FullName, parsed.GetValue(Seed)), stop)),
            Scenario("scoring", "Pictures scored by REST: throughput against the model's own time.", output, [scores, scorers], (target, parsed, stop) => ScoringScenario.RunAsync(
                target, new(parsed.GetValue(scores), parsed.GetValue(scorers), parsed.GetValue(Seed)), stop)),
            Scenario("review", "Reviewers at one queue: time of a claim and of a verdict, nothing decided twice. Only on an own portal.", output, [judged, reviewers, share], (target, parsed, stop) => ReviewScenario.RunAsync(
                target, new(parsed.GetValue(judged), parsed.GetValue(reviewers), parsed.GetValue(share), parsed.GetValue(Seed)), stop), foreign: false),
        };
    }

    private static Command Scenario(
        string name, string description, TextWriter output, Option[] own, Func<Target, ParseResult, CancellationToken, Task<LoadReport>> run, bool foreign = true)
    {
        var command = new Command(name, description);
        Option[] all = [.. own, .. foreign ? [Url, Process] : Array.Empty<Option>(), Json, Seed, Settings];
        foreach (var option in all)
            command.Options.Add(option);
        command.SetAction((parsed, ct) => RunAsync(parsed, output, run, foreign, ct));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, TextWriter output, Func<Target, ParseResult, CancellationToken, Task<LoadReport>> run, bool foreign, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(LongestRun);
        Target? target = null;
        try
        {
            var settings = (parsed.GetValue(Settings) ?? []).Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "");
            target = await Target.OpenAsync(foreign ? parsed.GetValue(Url) : null, foreign ? parsed.GetValue(Process) : null, settings, limit.Token);
            var report = await run(target, parsed, limit.Token);
            foreach (var (name, value) in settings)
                report.Note($"{name}={value}");
            await output.WriteLineAsync(parsed.GetValue(Json) ? report.ToJson() : report.ToText());
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HttpRequestException or IOException)
        {
            await output.WriteLineAsync($"{e.Message}\n{string.Join('\n', (target?.Output ?? "").Split('\n').TakeLast(20))}");
            return 1;
        }
        finally
        {
            if (target is not null)
                await target.DisposeAsync();
        }
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {least} to {most}."),
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is var value && (value < least || value > most))
                given.AddError($"{name} goes from {least} to {most}.");
        });
        return option;
    }
}
