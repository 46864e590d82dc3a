using System.Diagnostics;
using System.Security.Cryptography;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.Domain.Models.ScoringAnswer;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Serving;

/// <summary><c>fewshotad serve</c> as the portal starts it: a real process that speaks frames.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Scores_are_those_of_the_model_in_the_order_of_the_requests()
    {
        var bundle = Model(seed: 5);
        using var ready = ReadyModel.Load(bundle.Path, CPU, Ct).Value;
        using var serving = await Serving.StartAsync(Ct);
        for (var i = 0; i < 4; i++)
            await serving.AskAsync(Score(i + 1, bundle), Parts.Pixels(20 + i, i % 2 == 1).Pixels, Ct);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal([i + 1], Assert.IsType<Begun>((await serving.HearAsync(Ct)).Message).Ids);
            var (message, body) = await serving.HearAsync(Ct);
            var scored = Assert.IsType<Scored>(message);
            var expected = new ImageScorer(ready.Model, CPU).Score([Parts.Pixels(20 + i, i % 2 == 1)])[0];
            Assert.Equal((i + 1, expected.Score, 1), (scored.Id, scored.Score, scored.Together));
            Assert.Equal(expected.Map, AnomalyMapFile.Decode(body).Map);
        }
    }

    [Fact]
    public async Task Waiting_images_of_a_model_go_together_when_asked_and_differ_by_one_rounding_at_most()
    {
        var (bundle, other) = (Model(seed: 5), Model(seed: 6));
        using var ready = ReadyModel.Load(bundle.Path, CPU, Ct).Value;
        using var serving = await Serving.StartAsync(Ct, "--together", "8");
        await serving.AskAsync(new ScoringRequest.Load(100, other), [], Ct);
        for (var i = 0; i < 5; i++)
            await serving.AskAsync(Score(i + 1, i == 2 ? other : bundle), Parts.Pixels(20 + i).Pixels, Ct);
        var heard = new List<ScoringFrame<ScoringAnswer>>();
        while (heard.Count(frame => frame.Message is Scored) < 5)
            heard.Add(await serving.HearAsync(Ct));
        Assert.Contains(heard, frame => frame.Message is Begun { Ids: [1, 2, 4, 5] });
        foreach (var (message, body) in heard.Where(frame => frame.Message is Scored { Id: not 3 }))
        {
            var expected = new ImageScorer(ready.Model, CPU).Score([Parts.Pixels(20 + (int)((Scored)message).Id - 1)])[0].Map;
            var got = AnomalyMapFile.Decode(body).Map;
            // float16 has 11 bits: neighbours are at most 1/1024 apart.
            Assert.All(expected.Zip(got), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= pair.First / 1000, $"{pair}"));
        }
    }

    [Fact]
    public async Task Models_beyond_the_memory_make_room_and_come_back()
    {
        var bundles = Enumerable.Range(1, 3).Select(Model).ToArray();
        // One model takes some 20 MB of statistics here: two have room in 64 MB, three not.
        using var serving = await Serving.StartAsync(Ct, "--memory", "64");
        var bytes = 0L;
        for (var i = 0; i < 3; i++)
        {
            await serving.AskAsync(new ScoringRequest.Load(i + 1, bundles[i]), [], Ct);
            var loaded = await serving.UntilAsync<Loaded>(Ct);
            Assert.True(loaded.Seconds > 0);
            bytes = loaded.Bytes;
        }

        Assert.InRange(bytes, 1 << 20, 64 << 20);
        await serving.AskAsync(new ScoringRequest.Load(4, bundles[2]), [], Ct);
        Assert.Equal(0, (await serving.UntilAsync<Loaded>(Ct)).Seconds);
        await serving.AskAsync(Score(5, bundles[0]), Parts.Pixels(1).Pixels, Ct);
        await serving.UntilAsync<Scored>(Ct);
    }

    [Fact]
    public async Task What_cannot_be_scored_is_refused_and_the_process_goes_on()
    {
        var bundle = Model(seed: 5);
        using var serving = await Serving.StartAsync(Ct);
        await serving.AskAsync(Score(1, bundle), new byte[10], Ct);
        Assert.Equal("scoring.side", (await serving.UntilAsync<Failed>(Ct)).Code);
        await serving.AskAsync(new ScoringRequest.Score(2, bundle, 96, false), new byte[96 * 96 * 3], Ct);
        Assert.Equal("scoring.side", (await serving.UntilAsync<Failed>(Ct)).Code);
        await serving.AskAsync(Score(3, bundle with { Key = "other", Sha256 = new string('0', 64) }), Parts.Pixels(1).Pixels, Ct);
        Assert.Equal(ScoringFrames.BundleChangedCode, (await serving.UntilAsync<Failed>(Ct)).Code);
        var broken = folder["broken.fsad"];
        File.WriteAllText(broken, "no model");
        await serving.AskAsync(Score(4, BundleOf(broken)), Parts.Pixels(1).Pixels, Ct);
        Assert.Equal("bundle.damaged", (await serving.UntilAsync<Failed>(Ct)).Code);
        await serving.AskAsync(Score(5, bundle), Parts.Pixels(1).Pixels, Ct);
        Assert.Equal(5, (await serving.UntilAsync<Scored>(Ct)).Id);
    }

    [Fact]
    public async Task A_cancelled_request_is_not_worked_on()
    {
        var bundle = Model(seed: 5);
        using var serving = await Serving.StartAsync(Ct);
        await serving.AskAsync(new ScoringRequest.Load(1, bundle), [], Ct);
        for (var i = 2; i <= 6; i++)
            await serving.AskAsync(Score(i, bundle), Parts.Pixels(i).Pixels, Ct);
        await serving.AskAsync(new ScoringRequest.Cancel(5), [], Ct);
        await serving.UntilAsync<Loaded>(Ct);
        var heard = new List<long>();
        while (!heard.Contains(6))
            heard.Add((await serving.UntilAsync<Scored>(Ct)).Id);
        Assert.Equal([2, 3, 4, 6], heard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_ends_with_its_channel(bool hostile)
    {
        using var serving = await Serving.StartAsync(Ct);
        if (hostile)
            await serving.Input.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Ct);
        else
            serving.Input.Close();
        await serving.Process.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal(hostile ? WorkerProtocol.ExitFailed : WorkerProtocol.ExitDone, serving.Process.ExitCode);
        Assert.DoesNotContain("   at ", await serving.Process.StandardError.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    private static ScoringRequest.Score Score(long id, WarmBundle bundle) => new(id, bundle, 64, Alone: false);

    private static WarmBundle BundleOf(string path) => new(path, path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));

    /// <summary>An untrained RegAD model: its statistics are real.</summary>
    private WarmBundle Model(int seed)
    {
        var recipe = Parts.SmallRecipe with { Epochs = 0, Seed = seed };
        using var method = Parts.Method(recipe);
        PixelImage[] shots = [Parts.Pixels(1), Parts.Pixels(2)];
        var path = folder[$"model{seed}.fsad"];
        var manifest = new BundleManifest(
            BundleManifest.CurrentFormat, recipe, recipe.Seed, "data", "fingerprint", "0", "test", new Calibration(1, 2, 0, 0, 1), [1, 1], null);
        ModelBundle.Write(path, manifest, ReadyModel.NamedWeights(method), shots);
        return BundleOf(path);
    }

    private sealed class Serving(Process process) : IDisposable
    {
        public Process Process => process;

        public Stream Input => process.StandardInput.BaseStream;

        public static async Task<Serving> StartAsync(CancellationToken ct, params string[] arguments)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fewshotad.dll"), "serve", "--device", "cpu", .. arguments])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            var serving = new Serving(Process.Start(start)!);
            Assert.Equal(ScoringFrames.Version, Assert.IsType<Ready>((await serving.HearAsync(ct)).Message).Version);
            return serving;
        }

        public async Task AskAsync(ScoringRequest request, byte[] body, CancellationToken ct)
        {
            await Input.WriteAsync(ScoringFrames.Encode(request, body), ct);
            await Input.FlushAsync(ct);
        }

        public async Task<ScoringFrame<ScoringAnswer>> HearAsync(CancellationToken ct) =>
            await ScoringFrames.ReadAsync<ScoringAnswer>(process.StandardOutput.BaseStream, ct)
            ?? throw new EndOfStreamException(await process.StandardError.ReadToEndAsync(ct));

        public async Task<T> UntilAsync<T>(CancellationToken ct)
            where T : ScoringAnswer
        {
            while (true)
            {
                var message = (await HearAsync(ct)).Message;
                if (message is T wanted)
                    return wanted;
                Assert.True(message is Begun or Dropped, $"{message}");
            }
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }
}
