using System.Diagnostics;
using System.Globalization;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Tests.Http;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>Many requests at once, and processes that die. Figures are printed and not judged: other programs may have the processors.</summary>
[Collection(nameof(ScoringCollection))]
public sealed class ScoringLoadTests(ScoringHost host, ITestOutputHelper output) : HttpTest(host)
{
    private const int Clients = 8;
    private const int Requests = 200;

    private readonly ScoringHost scoring = host;

    [Theory]
    [InlineData(DetectionMethod.PatchCore)]
    [InlineData(DetectionMethod.RegAd)]
    public async Task Eight_clients_get_the_answers_of_one(DetectionMethod method)
    {
        var (http, model) = await ReadyAsync(method);
        var pictures = scoring.Models[method].Pictures.Values.ToArray();
        await http.ScoreAsync(Of(model), pictures[0], Ct);
        var alone = new List<(double Request, double Model)>();
        var expected = new double[pictures.Length];
        for (var i = 0; i < 40; i++)
        {
            var watch = Stopwatch.StartNew();
            var answer = await http.ScoreAsync(Of(model), pictures[i % pictures.Length], Ct);
            alone.Add((watch.Elapsed.TotalMilliseconds, answer.Seconds * 1000));
            expected[i % pictures.Length] = answer.Score;
        }

        var (request, inModel) = (Median(alone.Select(one => one.Request)), Median(alone.Select(one => one.Model)));
        Print($"{method}, side {ScoringHost.Side}: request {request:0.0} ms, model alone {inModel:0.0} ms, 1.5 × model + 20 = {(1.5 * inModel) + 20:0.0} ms");

        var next = -1;
        var answered = 0;
        var whole = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < Requests)
            {
                var answer = await http.ScoreAsync(Of(model), pictures[i % pictures.Length], Ct);
                Assert.Equal(expected[i % pictures.Length], answer.Score);
                Interlocked.Increment(ref answered);
            }
        })));
        Assert.Equal(Requests, answered);
        Print($"{method}, side {ScoringHost.Side}: {Clients} clients, {Requests} requests, {Requests / whole.Elapsed.TotalSeconds:0.0} a second");
    }

    [Fact]
    public async Task A_killed_process_costs_time_and_no_answer()
    {
        var (http, model) = await ReadyAsync(DetectionMethod.RegAd);
        var pictures = scoring.Models[DetectionMethod.RegAd].Pictures.Values.ToArray();
        var before = (await http.ScoreAsync(Of(model), pictures[0], Ct)).Score;
        var first = Assert.Single(scoring.Pool.ProcessIds);
        var asked = Enumerable.Range(0, 12).Select(_ => http.ScoreAsync(Of(model), pictures[0], Ct)).ToList();
        await Task.WhenAny(asked);
        using (var process = Process.GetProcessById(first))
            process.Kill();
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(asked);
        Print($"killed: all {answers.Length} answered {watch.Elapsed.TotalSeconds:0.0} s later");
        Assert.All(answers, answer => Assert.Equal(before, answer.Score));
        Assert.NotEqual(first, Assert.Single(scoring.Pool.ProcessIds));
    }

    [Fact]
    public async Task A_request_that_its_sender_gave_up_holds_nobody_up()
    {
        var (http, model) = await ReadyAsync(DetectionMethod.PatchCore);
        var picture = scoring.Models[DetectionMethod.PatchCore].Pictures["test0"];
        await http.ScoreAsync(Of(model), picture, Ct);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var asked = Enumerable.Range(0, 20).Select(_ => http.ScoreAsync(Of(model), picture, gone.Token)).ToList();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(asked));
        Assert.True((await http.ScoreAsync(Of(model), picture, Ct)).Score >= 0);
    }

    private static string Of(TrainedModel model) => $"/api/v1/models/{model.Id.Value}:score";

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private void Print(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private async Task<(HttpClient Http, TrainedModel Model)> ReadyAsync(DetectionMethod method)
    {
        var (_, team) = await MemberAsync();
        return (await scoring.ProgramAsync(team, TeamPermissionRules.Scopes), await scoring.GiveAsync(team, method));
    }
}
