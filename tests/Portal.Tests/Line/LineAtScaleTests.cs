using System.Diagnostics;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Line;

/// <summary>
/// Moving a line judges all results of a model anew without a score, a map or a result row being touched, and with as many commands for
/// a hundred thousand as for a hundred. How long it takes is printed, for docs/line.md.
/// </summary>
public sealed class LineAtScaleTests(PortalHost host, ITestOutputHelper output) : PortalTest(host)
{
    private const int Many = 100_000;

    [Fact]
    public async Task A_hundred_thousand_results_are_judged_by_another_line_with_a_handful_of_commands()
    {
        var (few, _) = await ScoredAsync(100);
        var (model, project) = await ScoredAsync(Many);
        var commandsForFew = await CommandsOfAsync(async () => Assert.True((await MoveAsync(few, 1, 1.5, "Few")).Succeeded));

        var known = (await Get<GetLineScores>().HandleAsync(Team.Viewer, model, Ct)).Value;
        var expected = known.At(new LineThresholds(1, 1.5, 0.6));
        var preview = await TimedAsync("what would change, with thumbnails", () => Get<PreviewLine>().HandleAsync(Team.Viewer, new(model, 1, 1.5), Ct));
        var commands = await CommandsOfAsync(async () =>
        {
            var moved = await TimedAsync("move the line, with its audit entry", () => MoveAsync(model, 1, 1.5, "Many"));
            Assert.Equal(preview.Value.Flips, moved.Value.Flips.Counts);
            Assert.Equal(LineFlips.Count(known, TeamAtWork.Line.Thresholds(), new LineThresholds(1, 1.5, 0.6)), moved.Value.Flips.Counts);
        });
        Assert.Equal(commandsForFew.Count, commands.Count);
        Assert.DoesNotContain(commands, text => text.Contains("UPDATE \"Results\"", StringComparison.Ordinal));

        var listed = (await TimedAsync("results page: counts of all verdicts and the first 100", () => Get<ListResults>().HandleAsync(Team.Viewer, new(project), Ct))).Value;
        VerdictCounts[] parts = [expected.Good, expected.Defective, expected.Unlabelled];
        Assert.Equal(
            (parts.Sum(p => p.Normal), parts.Sum(p => p.Uncertain), parts.Sum(p => p.Defect), Many),
            (listed.Counts[Verdict.Normal], listed.Counts[Verdict.Uncertain], listed.Counts[Verdict.Defect], listed.Total));
        var queue = (await TimedAsync("review queue: the first 100", () => Get<ListQueue>().HandleAsync(Team.Owner, new(project, QueueFilter.All, 100), Ct))).Value;
        Assert.Equal(100, queue.Items.Count);
        var scores = (await TimedAsync("scores for the page", () => Get<GetLineScores>().HandleAsync(Team.Viewer, model, Ct))).Value;
        Assert.Equal(Many, scores.Images);
        await TimedAsync("cheapest line", () => Task.FromResult(LineChoice.Cheapest(scores, new LineCosts(50, 2, 0.5, 1))));
        Assert.True((await TimedAsync("go back", () => Get<RestoreLine>().HandleAsync(Team.Engineer, new(model, 1), Ct))).Succeeded);
    }

    private Task<Result<Domain.Models.LineVersion>> MoveAsync(ModelId model, double t1, double t2, string reason) =>
        Get<MoveLine>().HandleAsync(Team.Engineer, new(model, t1, t2, null, reason), Ct);

    /// <summary>One image and result through the model's own code, and copies of their rows with other ids, names and scores.</summary>
    private async Task<(ModelId Model, ProjectId Project)> ScoredAsync(int count)
    {
        var made = await LinedProject.CreateAsync(Team, [("part 0", ImageSplit.Test, ImageLabel.Normal, 0.5)]);
        var watch = Stopwatch.StartNew();
        await using var context = Team.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(Ct);
        // Ids that no other project of this database has.
        var mark = (TeamAtWork.Next() % 0xffff).ToString("X4", CultureInfo.InvariantCulture);
        string Id(string kind) => WrittenRows.Id($"{WrittenRows.Hex("n", 8)} || '-{mark}-7000-{kind}-' || {WrittenRows.Hex("n", 12)}");
        await WrittenRows.WriteAsync(context, "Images", (1, 1, count), new()
        {
            ["Id"] = Id("8000"), ["Name"] = $"'part ' || {WrittenRows.Padded("n", 6)}", ["Sha256"] = $"'{mark.ToLowerInvariant()}' || {WrittenRows.Hex("n", 60)}",
            ["Label"] = "CASE n % 10 WHEN 8 THEN 'Defective' WHEN 9 THEN 'Unknown' ELSE 'Normal' END",
        }, made.Images[0].Id.Value, Ct);
        await WrittenRows.WriteAsync(context, "Results", (1, 1, count), new()
        {
            ["Id"] = Id("9000"), ["ImageId"] = Id("8000"), ["Score"] = "((n * 7919) % 99991) / 99991.0 * 2.0 + CASE n % 10 WHEN 8 THEN 0.8 ELSE 0 END",
        }, made.Results[0].Id.Value, Ct);
        await transaction.CommitAsync(Ct);
        output.WriteLine($"{count} images and results written in {watch.ElapsedMilliseconds} ms");
        return (made.Model.Id, made.Project);
    }

    private async Task<T> TimedAsync<T>(string what, Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        var result = await act();
        output.WriteLine($"{what}: {watch.ElapsedMilliseconds} ms");
        return result;
    }

    /// <summary>What goes to the database meanwhile from this flow, and from no other test.</summary>
    private static async Task<IReadOnlyList<string>> CommandsOfAsync(Func<Task> act)
    {
        using var heard = new CommandsOfThisFlow();
        await act();
        return heard.Commands;
    }

    private sealed class CommandsOfThisFlow : IDisposable, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private static readonly AsyncLocal<CommandsOfThisFlow?> Current = new();

        private readonly List<IDisposable> subscriptions = [];

        public CommandsOfThisFlow()
        {
            Current.Value = this;
            subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public List<string> Commands { get; } = [];

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Current.Value == this && value.Value is Microsoft.EntityFrameworkCore.Diagnostics.CommandEventData data && value.Key.EndsWith("CommandExecuting", StringComparison.Ordinal))
                Commands.Add(data.Command.CommandText);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            Current.Value = null;
            subscriptions.ForEach(one => one.Dispose());
        }
    }
}
