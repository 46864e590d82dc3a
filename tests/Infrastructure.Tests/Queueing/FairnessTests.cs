using System.Globalization;
using FewShotAD.Domain.Queueing;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Queueing;

/// <summary>Three teams of very different load on shared workers, in simulated time, against a fluid that everybody gets an equal stream of.</summary>
public sealed class FairnessTests(ITestOutputHelper output)
{
    private static readonly NodeSlots[] Two = [new("node-1", 1, ["cpu"], 0), new("node-2", 1, ["cpu"], 0)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="guess">How far off the guesses are: the claim must not trust them.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(0.2)]
    [InlineData(4)]
    public async Task Waiting_times_are_within_a_fifth_of_the_fair_share(double guess)
    {
        await using var bench = await QueueBench.OpenAsync();
        (string Name, int Runs, int Seconds)[] load = [("Many", 50, 60), ("Some", 20, 120), ("Few and long", 10, 300)];
        var start = bench.Time.Now;
        var runs = new List<(string Team, Guid Run)>();
        foreach (var (name, count, seconds) in load)
        {
            var team = await Team.CreateAsync(bench.Installation, Ct, name);
            for (var i = 1; i <= count; i++)
            {
                var length = TimeSpan.FromSeconds(seconds);
                runs.Add((name, (await bench.QueueAsync(team, i, length, guess * length)).Id.Value));
            }
        }

        while (await bench.StepAsync(Two))
        {
        }

        var fair = Fluid(load, workers: 2);
        foreach (var (name, _, _) in load)
        {
            var waited = runs.Where(r => r.Team == name).Average(r => (bench.Started[r.Run] - start).TotalSeconds);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guess × {guess}: {name}: waited {waited:0} s on average, fair {fair[name]:0} s, {(waited / fair[name]) - 1:+0.0 %;-0.0 %}"));
            Assert.InRange(waited / fair[name], 0.8, 1.2);
        }

        // In the order of arrival the last team would wait for both others.
        var arrival = load.Take(2).Sum(l => l.Runs * l.Seconds) / 2.0;
        Assert.True(arrival > 1.2 * fair["Few and long"] / 2, "The load would tell nothing.");
        Assert.Equal(runs.Count, bench.Started.Count);
    }

    [Fact]
    public async Task One_run_is_not_starved_by_fifty_and_nobody_pays_for_idle_hours()
    {
        await using var bench = await QueueBench.OpenAsync();
        var many = await Team.CreateAsync(bench.Installation, Ct, "Many");
        var one = await Team.CreateAsync(bench.Installation, Ct, "One");
        var minute = TimeSpan.FromMinutes(1);
        for (var i = 1; i <= 50; i++)
            await bench.QueueAsync(many, i, minute, minute);
        var late = bench.Time.Now + TimeSpan.FromMinutes(10.5);
        while (await bench.StepAsync([Two[0]], late))
        {
        }

        var run = await bench.QueueAsync(one, 1, minute, minute);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await bench.QueueAsync(one, 2, minute, minute);
        while (await bench.StepAsync([Two[0]]))
        {
        }

        // It comes when the run ends that is worked on, and then they take turns: ten minutes alone were nobody's loss.
        Assert.Equal(TimeSpan.FromMinutes(0.5), bench.Started[run.Id.Value] - late);
        Assert.InRange(bench.Started[second.Id.Value] - late, TimeSpan.FromMinutes(1.5), TimeSpan.FromMinutes(3));
        Assert.Equal(52, bench.Started.Count);
    }

    /// <summary>
    /// Mean start of each team's runs, had every team that still has some an equal stream of the workers: the team's k-th run begins when
    /// it has been served as long as the runs before it take.
    /// </summary>
    private static Dictionary<string, double> Fluid((string Name, int Runs, int Seconds)[] load, int workers)
    {
        var total = load.ToDictionary(l => l.Name, l => (double)(l.Runs * l.Seconds));
        var served = load.ToDictionary(l => l.Name, _ => 0.0);
        var starts = load.ToDictionary(l => l.Name, _ => new List<double>());
        var clock = 0.0;
        const double Step = 0.5;
        while (load.Any(l => served[l.Name] < total[l.Name]))
        {
            var active = load.Where(l => served[l.Name] < total[l.Name]).ToList();
            // A team whose runs are few cannot use more workers than it has runs, which none of these reaches.
            foreach (var team in active)
            {
                while (starts[team.Name].Count < team.Runs && served[team.Name] >= starts[team.Name].Count * team.Seconds)
                    starts[team.Name].Add(clock);
                served[team.Name] += Step * workers / active.Count;
            }

            clock += Step;
        }

        return starts.ToDictionary(s => s.Key, s => s.Value.Average());
    }
}
