using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Training;

namespace FewShotAD.Portal.Api;

/// <summary>What a run should do. All that is left out comes from the method's preset.</summary>
/// <param name="Priority">Among the team's own runs.</param>
/// <param name="Again">Also while a run with the same recipe on the same images waits or is worked on; otherwise that is a conflict.</param>
public sealed record NewRun(
    DetectionMethod? Method = null, TrainingPreset? Preset = null, AdversarialChoice? Adversarial = null, string? Backbone = null, int? Shots = null,
    int? Seed = null, int? ImageSize = null, int? Epochs = null, int? StepsPerEpoch = null, int? BatchSize = null, double? LearningRate = null,
    double? Momentum = null, RegAdChange? RegAd = null, UniAdChange? UniAd = null, PatchCoreChange? PatchCore = null,
    RunPriority? Priority = null, bool Again = false)
{
    internal TrainingRecipe ToRecipe()
    {
        var preset = TrainingRecipe.For(Preset ?? TrainingPreset.Quick, Method ?? DetectionMethod.RegAd);
        return preset with
        {
            Adversarial = Adversarial is null ? preset.Adversarial : Adversarial.Over(preset.Adversarial),
            Backbone = Backbone ?? preset.Backbone,
            Shots = Shots ?? preset.Shots,
            Seed = Seed ?? preset.Seed,
            ImageSize = ImageSize ?? preset.ImageSize,
            Epochs = Epochs ?? preset.Epochs,
            StepsPerEpoch = StepsPerEpoch ?? preset.StepsPerEpoch,
            BatchSize = BatchSize ?? preset.BatchSize,
            LearningRate = LearningRate ?? preset.LearningRate,
            Momentum = Momentum ?? preset.Momentum,
            RegAd = RegAd is null ? preset.RegAd : RegAd.Over(preset.RegAd ?? new RegAdOptions()),
            UniAd = UniAd is null ? preset.UniAd : UniAd.Over(preset.UniAd ?? new UniAdOptions()),
            PatchCore = PatchCore is null ? preset.PatchCore : PatchCore.Over(preset.PatchCore ?? new PatchCoreOptions()),
        };
    }
}

/// <summary><c>true</c>, <c>false</c>, or the options that differ from the preset's.</summary>
[JsonConverter(typeof(AdversarialChoiceJson))]
public sealed record AdversarialChoice(bool On, AdversarialChange? Options = null)
{
    internal AdversarialOptions? Over(AdversarialOptions? preset) => On ? (Options ?? new AdversarialChange()).Over(preset ?? new AdversarialOptions()) : null;
}

public sealed record AdversarialChange(
    AdversarialLossKind? Loss = null, AdversarialMode? Mode = null, AdversarialSide? Side = null, double? Weight = null,
    double? DiscriminatorLearningRate = null, int? WarmUpSteps = null)
{
    internal AdversarialOptions Over(AdversarialOptions preset) => preset with
    {
        Loss = Loss ?? preset.Loss, Mode = Mode ?? preset.Mode, Side = Side ?? preset.Side, Weight = Weight ?? preset.Weight,
        DiscriminatorLearningRate = DiscriminatorLearningRate ?? preset.DiscriminatorLearningRate, WarmUpSteps = WarmUpSteps ?? preset.WarmUpSteps,
    };
}

public sealed record RegAdChange(bool? RelativePoses = null)
{
    internal RegAdOptions Over(RegAdOptions preset) => preset with { RelativePoses = RelativePoses ?? preset.RelativePoses };
}

public sealed record UniAdChange(
    PositionEmbedding? PositionEmbedding = null, int? NeighbourMask = null, double? JitterScale = null, bool? StandardiseFeatures = null,
    double? Dropout = null, double? WeightDecay = null, double? ClipNorm = null)
{
    internal UniAdOptions Over(UniAdOptions preset) => preset with
    {
        PositionEmbedding = PositionEmbedding ?? preset.PositionEmbedding, NeighbourMask = NeighbourMask ?? preset.NeighbourMask,
        JitterScale = JitterScale ?? preset.JitterScale, StandardiseFeatures = StandardiseFeatures ?? preset.StandardiseFeatures,
        Dropout = Dropout ?? preset.Dropout, WeightDecay = WeightDecay ?? preset.WeightDecay, ClipNorm = ClipNorm ?? preset.ClipNorm,
    };
}

public sealed record PatchCoreChange(double? CoresetShare = null)
{
    internal PatchCoreOptions Over(PatchCoreOptions preset) => preset with { CoresetShare = CoresetShare ?? preset.CoresetShare };
}

internal sealed class AdversarialChoiceJson : JsonConverter<AdversarialChoice>
{
    public override AdversarialChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => new AdversarialChoice(true),
        JsonTokenType.False => new AdversarialChoice(false),
        JsonTokenType.StartObject => new AdversarialChoice(true, JsonSerializer.Deserialize<AdversarialChange>(ref reader, options)),
        _ => throw new JsonException("“adversarial” is true, false, or an object with options."),
    };

    public override void Write(Utf8JsonWriter writer, AdversarialChoice value, JsonSerializerOptions options)
    {
        if (value.Options is { } changed)
            JsonSerializer.Serialize(writer, changed, options);
        else
            writer.WriteBooleanValue(value.On);
    }
}

public sealed record RunLosses(
    int Step, int Epoch, double TaskLoss, double? DiscriminatorLoss, double? AdversarialLoss, double? DiscriminatorAccuracy)
{
    internal static RunLosses Of(RunStep step) => new(
        step.Step, step.Epoch, step.TaskLoss, step.DiscriminatorLoss, step.AdversarialLoss, step.DiscriminatorAccuracy);
}

public sealed record RunLogEntry(int Number, DateTimeOffset At, LogSeverity Severity, string Text)
{
    internal static RunLogEntry Of(RunLogLine line) => new(line.Sequence, line.At, line.Severity, line.Text);
}

/// <summary>Something that happened to a run.</summary>
/// <param name="Epoch">The finished epochs of its checkpoint at that time.</param>
/// <param name="By">Who asked for it; null when nobody did.</param>
/// <param name="Node">The worker's, where it has to do with one.</param>
public sealed record RestRunMoment(int Number, DateTimeOffset At, RunMomentKind Kind, int Attempt, int Epoch, RestPerson? By, string? Node, string? Reason)
{
    internal static RestRunMoment Of(NamedMoment named) => new(
        named.Moment.Sequence, named.Moment.At, named.Moment.Kind, named.Moment.Attempt, named.Moment.Epoch,
        named.Moment.By is { } by ? new RestPerson(by.Value, named.By ?? "") : null, named.Moment.Node, named.Moment.Reason);
}

/// <param name="RunsAhead">How many waiting runs will start before it; null unless it is queued.</param>
/// <param name="WaitsFor">Why it waits; null unless it is queued.</param>
/// <param name="ExpectedStart">To the minute, by what runs are expected to take; null when nobody can say.</param>
/// <param name="Losses">Of the last step so far.</param>
/// <param name="Cause">Why a schedule made it; null when a person started it.</param>
/// <param name="StudyId">The stability study that it is a part of, whose runs leave figures and no model; null for all others.</param>
/// <param name="Reproduces">The version that it makes again, to see whether the same comes out; null for all others.</param>
public sealed record RestRun(
    Guid Id, Guid ProjectId, int Number, RunStatus Status, RunPhase? Phase, double Progress, double? SecondsLeft, RunPriority Priority, int? RunsAhead,
    WaitReason? WaitsFor, DateTimeOffset? ExpectedStart, bool CancelRequested, bool PauseRequested,
    DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Attempt, int CheckpointEpoch, RunLosses? Losses, string? Device,
    string? DeviceReason, string? CodeVersion, string? LibraryVersions, string? FailureReason, Guid? ScheduleId, string? Cause, Guid? StudyId, Guid? ModelId, int? ModelVersion,
    TrainingRecipe Recipe, ReproducedVersion? Reproduces = null)
{
    internal static RestRun Of(RunState state)
    {
        var run = state.Run;
        return new RestRun(
            run.Id.Value, run.Project.Value, run.Number, run.Status, run.Phase, run.Progress, run.SecondsLeft, run.Priority, state.Place?.Ahead,
            state.Place?.Reason, state.Expected, run.CancelRequested, run.PauseRequested, run.QueuedAt,
            run.StartedAt, run.EndedAt, run.Attempt, run.CheckpointEpoch, state.LastStep is { } step ? RunLosses.Of(step) : null, run.Device, run.DeviceReason,
            run.CodeVersion, run.LibraryVersions, run.FailureReason, run.Schedule?.Value, run.Cause, run.Study?.Value, state.Model?.Value, state.ModelVersion, run.Recipe, run.Reproduces);
    }
}
