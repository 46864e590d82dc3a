using System.Text.Json.Nodes;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Training;

public sealed class WorkerProtocolTests
{
    /// <summary>One message of every kind; the first test below finds a kind that is missing.</summary>
    private static readonly WorkerMessage[] Messages =
    [
        new WorkerMessage.Started("cuda:0", "The first of two GPUs", 4, "0.1.0+abc", "torch 2.10", 3),
        new WorkerMessage.PhaseChanged(RunPhase.Calibrating),
        new WorkerMessage.Progress(0.25, 12.5),
        new WorkerMessage.Progress(0, null),
        new WorkerMessage.StepDone(17, 2, 0.125, 0.7, null, 0.5),
        new WorkerMessage.StepDone(18, 2, double.NaN, double.PositiveInfinity, null, null),
        new WorkerMessage.CheckpointWritten(2),
        new WorkerMessage.LogWritten(LogSeverity.Warning, "Zeile 1\nZeile 2 “λ” 缺陷 \u0000 {}"),
        new WorkerMessage.ModelWritten("model.fsad", 5_000_000_000, new string('a', 64), new Calibration(1, 2, 0.5, 0.1, 0.3)),
        new WorkerMessage.ImageScored("0199", 1.0 / 3, "maps/0199", "heatmaps/0199", 2.0 / 3, "ab+"),
        new WorkerMessage.Evaluated(new EvaluationMetrics(3, 2, 1, 0.5, null, 0.25, null)),
        new WorkerMessage.Evaluated(new EvaluationMetrics(3, 2, 1, 0.5, 1, 0.25, 0.75, 12.5, 0.5, 0.25, 3.5, 0.125)),
        new WorkerMessage.Failed("The memory did not suffice.", null),
        new WorkerMessage.Failed("The memory did not suffice.", "at X"),
        new WorkerMessage.Done(),
    ];

    public static TheoryData<string> Kinds => [.. typeof(WorkerMessage).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(WorkerMessage))).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_message_survives_the_line(string kind)
    {
        var ofKind = Messages.Where(m => m.GetType().Name == kind).ToList();
        Assert.NotEmpty(ofKind);
        foreach (var message in ofKind)
        {
            var line = WorkerProtocol.Write(message);
            // One object a line: a line break inside would cut it in two.
            Assert.DoesNotContain('\n', line);
            Assert.True(WorkerProtocol.TryRead(line, out var read));
            Assert.Equal(message, read);
        }
    }

    [Fact]
    public void Scores_of_the_shots_survive_the_line_and_may_be_missing()
    {
        var line = WorkerProtocol.Write(new WorkerMessage.ModelWritten("m", 1, "h", new Calibration(1, 2, 0, 0, 1), [0.1, 2.5]));
        Assert.True(WorkerProtocol.TryRead(line, out var read));
        Assert.Equal([0.1, 2.5], Assert.IsType<WorkerMessage.ModelWritten>(read).ShotScores!);
        var older = JsonNode.Parse(line)!.AsObject();
        Assert.True(older.Remove("shotScores"));
        Assert.True(WorkerProtocol.TryRead(older.ToJsonString(), out read));
        Assert.Null(Assert.IsType<WorkerMessage.ModelWritten>(read).ShotScores);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"unknown\"}")]
    [InlineData("{\"type\":5}")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":\"done\"} trailing")]
    [InlineData("{\"type\":\"phase\",\"phase\":\"dancing\"}")]
    [InlineData("{\"type\":\"step\",\"step\":\"many\"}")]
    [InlineData("[W NNPACK.cpp:64] Could not initialize NNPACK! Reason: Unsupported hardware.")]
    public void A_line_that_is_no_message_is_not_read(string line) => Assert.False(WorkerProtocol.TryRead(line, out _));

    // Not a case above: an attribute holds no half of a surrogate pair.
    [Fact]
    public void Half_a_character_is_not_read() =>
        Assert.False(WorkerProtocol.TryRead("{\"type\":\"log\",\"severity\":\"error\",\"text\":\"\ud800\"}", out _));

    [Fact]
    public void A_message_without_one_of_its_parts_is_not_read()
    {
        foreach (var message in Messages)
        {
            var whole = JsonNode.Parse(WorkerProtocol.Write(message))!.AsObject();
            // Scores of the shots, and what made the model, came later and may be missing.
            string[] later = message is WorkerMessage.ModelWritten ? ["shotScores", "codeVersion", "libraryVersions"] : [];
            foreach (var part in whole.Select(p => p.Key).Except(later).ToList())
            {
                var cut = whole.DeepClone().AsObject();
                cut.Remove(part);
                // A path or text that is missing would be a null where the recorder expects none.
                Assert.False(WorkerProtocol.TryRead(cut.ToJsonString(), out _), $"{message.GetType().Name} without {part} was read.");
            }
        }
    }

    [Property(MaxTest = 500)]
    public void No_text_makes_the_reader_throw(string? text)
    {
        WorkerProtocol.TryRead("{" + text, out _);
        WorkerProtocol.TryRead("{\"type\":\"log\",\"text\":\"" + text, out _);
        WorkerProtocol.TryRead(text ?? "", out _);
    }

    [Property(MaxTest = 500)]
    public Property A_damaged_message_is_read_as_a_message_or_not_at_all(int which, int where, char with)
    {
        var line = WorkerProtocol.Write(Messages[(which & int.MaxValue) % Messages.Length]).ToCharArray();
        line[(where & int.MaxValue) % line.Length] = with;
        return (WorkerProtocol.TryRead(new string(line), out var message) == (message is not null)).ToProperty();
    }

    [Fact]
    public void A_manifest_survives_its_file()
    {
        var manifest = new JobManifest
        {
            RunId = "0199",
            Recipe = TrainingRecipe.For(TrainingPreset.Full) with { Adversarial = null },
            Support = [new JobImage("1", "/job/images/1")],
            TrainingCategories = [new TrainingCategory("Flansch Ø 20", [new JobImage("2", "/job/images/2")])],
            Test = [new JobImage("3", "/job/images/3", true, "/job/masks/3"), new JobImage("4", "/job/images/4")],
            WorkDirectory = "/job",
            Threads = 2,
        };
        var read = JobManifest.FromJson(manifest.ToJson());
        Assert.Equal(manifest.ToJson(), read.ToJson());
        Assert.Equal(manifest.Recipe, read.Recipe);
        Assert.Equal(manifest.Test, read.Test);
    }
}
