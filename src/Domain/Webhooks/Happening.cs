using FewShotAD.Domain.Notices;

namespace FewShotAD.Domain.Webhooks;

/// <summary>What other systems can be told of.</summary>
[Flags]
public enum HappeningKinds
{
    None = 0,
    RunFinished = 1,
    ImageFlagged = 2,
    ReviewDone = 4,
    ModelPublished = 8,
    LineChanged = 16,
    DriftDetected = 32,
    ChallengerReady = 64,

    /// <summary>A test that a person sends; nobody subscribes to it.</summary>
    Ping = 1 << 30,
}

public static class HappeningNames
{
    private static readonly Dictionary<HappeningKinds, string> Names = new()
    {
        [HappeningKinds.RunFinished] = "run.finished",
        [HappeningKinds.ImageFlagged] = "image.flagged",
        [HappeningKinds.ReviewDone] = "review.done",
        [HappeningKinds.ModelPublished] = "model.published",
        [HappeningKinds.LineChanged] = "line.changed",
        [HappeningKinds.DriftDetected] = "drift.detected",
        [HappeningKinds.ChallengerReady] = "challenger.ready",
        [HappeningKinds.Ping] = "ping",
    };

    /// <summary>What a webhook can ask for.</summary>
    public static IReadOnlyList<HappeningKinds> Subscribable { get; } = [.. Names.Keys.Where(kind => kind != HappeningKinds.Ping)];

    /// <summary>The name of one kind, as it stands in requests and in the header of a delivery.</summary>
    public static string Name(this HappeningKinds kind) => Names[kind];

    public static IReadOnlyList<string> InWords(this HappeningKinds kinds) => [.. Subscribable.Where(kind => kinds.HasFlag(kind)).Select(Name)];

    /// <returns>None for a name that is no kind's.</returns>
    public static HappeningKinds Parse(string name) => Subscribable.FirstOrDefault(kind => kind.Name() == name);
}

/// <summary>Something that others may want to know of. It is told when, and only when, the change that it describes is saved.</summary>
/// <param name="Data">A record of ids, names and numbers: it becomes JSON and leaves the house, so no picture and no secret.</param>
public sealed record Happening(HappeningKinds Kind, DateTimeOffset At, object Data);

/// <summary>An entity that has something to tell: to other systems, and to the people of its team.</summary>
public abstract class Announcer
{
    private List<Happening>? happenings;
    private List<Notice>? notices;

    /// <summary>What has happened since it was last asked.</summary>
    public IReadOnlyList<Happening> TakeHappenings()
    {
        var taken = happenings;
        happenings = null;
        return taken ?? [];
    }

    /// <summary>What people are to find since it was last asked.</summary>
    public IReadOnlyList<Notice> TakeNotices()
    {
        var taken = notices;
        notices = null;
        return taken ?? [];
    }

    protected void Notify(Notice notice) => (notices ??= []).Add(notice);

    protected void Announce(HappeningKinds kind, DateTimeOffset at, object data) => (happenings ??= []).Add(new Happening(kind, at, data));
}
