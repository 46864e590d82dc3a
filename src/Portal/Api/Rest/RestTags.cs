namespace FewShotAD.Portal.Api.Rest;

/// <summary>The chapters of the document.</summary>
public static class RestTags
{
    public const string Projects = "Projects";
    public const string Images = "Images";
    public const string Annotation = "Annotation";
    public const string Runs = "Runs";
    public const string Stability = "Stability";
    public const string Registrations = "Registrations";
    public const string Schedules = "Schedules";
    public const string Models = "Models";
    public const string Line = "Line";
    public const string Results = "Results";
    public const string Review = "Review";
    public const string Scoring = "Scoring";
    public const string Exports = "Exports";
    public const string Imports = "Imports";
    public const string Webhooks = "Webhooks";
    public const string Team = "Team";

    public static IReadOnlyDictionary<string, string> Descriptions { get; } = new Dictionary<string, string>
    {
        [Projects] = "A project is one part under inspection: its shots, runs, models and results.",
        [Images] = "Pictures of the part: 2 to 8 normal ones in the split “support” teach a model, those in “test” are scored.",
        [Annotation] = "What people draw on images: defects, which are ground truth, and ignore regions, which scores and metrics leave out.",
        [Runs] = "A run trains a model on the support shots and scores the test images. It waits in a queue; its events tell how it fares.",
        [Stability] = "A stability study trains one recipe on several support sets with several seeds and says how much the choice of shots matters. Its runs leave figures and no models.",
        [Registrations] = "A registration model is trained once over several projects. A project that uses it, also a new one, fits statistics to its shots and is inspected within seconds.",
        [Schedules] = "A schedule trains challengers by itself: at times, after newly verified images, or when scores drift. It never publishes one.",
        [Models] = "A finished run has one model. The published one is what results show by default.",
        [Line] = "The line of a model: up to T1 a score is certainly good, from T2 certainly defective. Every change is a version with its author and reason; nothing is scored again.",
        [Results] = "A result is what one model says of one image: a score, a verdict by the model's line, a heatmap and the raw map.",
        [Scoring] = "Score pictures at once, on a model that is kept ready, or images of a project in the background.",
        [Exports] = "Exports are made in the background; the file has a checksum, and a download that breaks off is resumed.",
        [Imports] = "Zips are taken in in the background; sent twice, they add nothing twice.",
        [Webhooks] = "Other systems are told of what happens, by signed requests that are tried again until they arrive.",
        [Team] = "What the team has and may have, and who did what.",
        [Review] = "What people say of a result. Verdicts are added, never changed: the newest one that stands counts. The queue gives every image to one person at a time.",
    };
}

/// <summary>Words that many parameters share.</summary>
internal static class RestText
{
    public const string Limit = "How many to give, 1 to 1000; 100 when left out.";
    public const string Cursor = "“next” of the page before; left out at the beginning.";
}
