using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Api.Rest.Document;

/// <summary>
/// One example of every body, as the type itself: an example that no longer fits its type does not compile. Add a line for each new
/// body; a test asks for it.
/// </summary>
internal static class RestExamples
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly Guid Project = Guid.Parse("0199a1c4-5b1e-7a10-8f6e-3d1c2b4a5e61");
    private static readonly Guid Image = Guid.Parse("0199a1c5-0d3f-7c42-9b0a-7e5f1a2b3c4d");
    private static readonly Guid Run = Guid.Parse("0199a1c6-77aa-7e01-8d2c-5a6b7c8d9e0f");
    private static readonly Guid Model = Guid.Parse("0199a1c9-1f2e-7b3d-a4c5-6d7e8f901234");
    private static readonly Guid Result = Guid.Parse("0199a1c9-2a4b-7d5e-b6f7-8091a2b3c4d5");
    private static readonly Guid Person = Guid.Parse("0199a1c0-0001-7000-8000-000000000001");
    private static readonly DateTimeOffset Time = new(2026, 3, 2, 8, 15, 0, TimeSpan.Zero);
    private static readonly TrainingRecipe Recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore);
    private static readonly Calibration Line = new(0.94, 1.31, 0.71, 0.22, 1.08);
    private static readonly EvaluationMetrics Metrics = new(20, 63, 63, 0.994, 0.998, 0.984, 0.981, 1.12, 0.652, 0.631, 1.07, 0.934);

    private static readonly RestShape Defect = new(ShapeTool.Polygon, ShapeLayer.Defect, [412.5, 300, 436, 302.5, 430, 327], DefectType: "scratch");
    private static readonly RestShape Ignored = new(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 400, 40]);
    private static readonly RestAnnotation Drawing = new(Image, 3, 1024, 768, false, true, [Defect, Ignored], Person, Time);

    private static readonly RestReviewVerdict Verdict = new(1, ReviewDecision.Normal, null, "Dust, wiped off.", Domain.Evaluation.Verdict.Defect, 1.52, Person, Time, ReviewPass.First, null);

    private static readonly RestQueueItem Waiting = new(
        Result, Image, "test/scratch/000.png", 1.52, Line.Scale(1.52), Domain.Evaluation.Verdict.Defect, ReviewTask.First, null, $"/api/v1/results/{Result}/verdicts");

    private static readonly RestLine LineNow = new(Model, Project, 2, 2, 0.97, 1.25, 1.08, 0.71, 0.22, 0.22, 1.94, "Two escapes of scratches last week.", "Ada", Time, null);

    private static readonly LineFlip[] Flips = [new(ImageLabel.Defective, Domain.Evaluation.Verdict.Uncertain, Domain.Evaluation.Verdict.Defect, 12)];

    private static readonly FlippedImage Flipped =
        new(Image, "test/scratch/000.png", ImageLabel.Defective, "scratch", 1.27, Domain.Evaluation.Verdict.Uncertain, Domain.Evaluation.Verdict.Defect);

    private static readonly Agreement Agreement = new(60, 55, 0.83, 0.69, 0.97);

    private static readonly Dictionary<Type, object> Bodies = new object[]
    {
        new NewProject("Bracket", "Left side, camera 2"),
        new ProjectChange(Name: "Bracket, left"),
        new RestProject(Project, "Bracket", "Left side, camera 2", false, Time, null, new ImageCounts(4, 83, 0), new ModelReference(Model, 2, 0.994), null, new SecondReviews(10, true), new LineCosts(50, 2, 0.5, 3), false, new KeptVersions(10, 30)),
        new RestProjectItem(Project, "Bracket", "Left side, camera 2", false, Time, null, 4, 83, 2, 1, 0.994, RunStatus.Succeeded),
        new RestImage(
            Image, Project, "test/scratch/000.png", "png", 1024, 768, 812_331, Hash, ImageSplit.Test, ImageLabel.Defective, "scratch", true, Time,
            new ImageLinks($"/api/v1/images/{Image}/original", $"/api/v1/images/{Image}/view", $"/api/v1/images/{Image}/thumbnail", $"/api/v1/images/{Image}/mask")),
        new ImageChange(ImageSplit.Test, ImageLabel.Defective, "scratch"),
        new ImagesChange([Image], ImageSplit.Support),
        new ImageSelection([Image]),
        new UploadAnswer(
        [
            new UploadedFile("test/scratch/000.png", UploadOutcome.Added, Image, null),
            new UploadedFile("notes.txt", UploadOutcome.Rejected, null, new FileError("image.format", "“notes.txt” is no picture. Upload PNG, JPEG, BMP, TIFF or WebP.")),
        ]),
        new NewAnnotation([Defect, Ignored]),
        new SavedAnnotation(Drawing, null),
        Drawing,
        new NewProjectIgnore(1024, 768, [Ignored]),
        new RestProjectIgnore(Project, true, 1024, 768, [Ignored]),
        new RestRescoring(RescoringState.Running, 400, 2_612),
        new NewRun(DetectionMethod.PatchCore, TrainingPreset.Quick, Shots: 4, Seed: 1),
        new RestRun(
            Run, Project, 3, RunStatus.Running, RunPhase.Scoring, 0.62, 21, RunPriority.Normal, null, null, null, false, false, Time, Time.AddSeconds(1), null, 1, 0, null, "cpu", "There is no CUDA device.",
            "0.1.0", "TorchSharp 0.107.0", null, null, null, null, null, Model, 2, Recipe),
        new ScheduleEndpoints.NewSchedule("Mondays", Cron: "0 2 * * 1", Recipe: new NewRun(DetectionMethod.PatchCore, Shots: 4)),
        new ScheduleEndpoints.ScheduleChange(Cron: "0 3 * * 1", Recipe: new NewRun(DetectionMethod.PatchCore, Shots: 6)),
        new ScheduleEndpoints.RestSchedule(Run, Project, "Mondays", true, new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * 1"), "Europe/Berlin", [Time], Time, Recipe, 2),
        new ScheduleEndpoints.RestOccurrence(7, Time, Time, "Due 2026-03-02 02:00 Europe/Berlin", Run, RunStatus.Succeeded, "Challenger v3 with image AUROC 0.991; published v2 with image AUROC 0.994. Compare them, then decide."),
        new ScheduleEndpoints.RestTimeZone("Europe/Berlin"),
        new GetDrift.Answer(150, [new(Time, 0.08, 0.11)], 0.25, 0.2),
        new NewRegistration("Housings", [Project, Image], new NewRun(Shots: 4)),
        new RestRegistration(
            Run, "Housings", 2, RunStatus.Succeeded, true, 1, null, null, null, null, Run, [new(Project, "Bracket", 12), new(Image, "Cover", 8)],
            [new(Project, "Bracket", Model, 3)], TrainingRecipe.For(TrainingPreset.Quick), 21_340_032, "0.1.0+9fceb02", "TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.0",
            new SnapshotFigures(4, 2, 20, 0, Hash), Time, Person),
        new NewStudy(Sets: 5, Seeds: 3),
        new StudyShots(1),
        new RestStudyPlan(Model, 2, 5, 4, 3, 15, 24, 0, 0, 20, 63, 41, 615, 0, Domain.Queueing.WaitReason.Soon),
        new RestStudy(
            Run, Project, Model, 2, RunStatus.Running, false, 8, 15, 290, 1, 24, 0, 0, 20, 63, false,
            [new(StudyMetric.ImageAuroc, 0.971, 0.948, 0.994, 0.018, 0.004, 0.953, 8)], 4, 1,
            [new(1, [Image], 0.952, [new(Run, 12, 1, RunStatus.Succeeded, 1, Metrics, null)])], Recipe, Time, Person),
        new RunLogEntry(1, Time, LogSeverity.Information, "4 shots, 83 test images."),
        new RestRunMoment(4, Time, RunMomentKind.Paused, 1, 2, new RestPerson(Person, "Ada"), "line-pc", null),
        new RunLosses(32, 4, 0.182, 0.69, 0.71, 0.52),
        new RestModel(
            Model, Project, 2, true, Run, 3, Time, Hash, 1, "0.1.0+9fceb02", "TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.0", new SnapshotFigures(4, 0, 0, 83, Hash), Person, null,
            7_340_032, Recipe, Line, Metrics, $"/api/v1/models/{Model}/bundle", $"/api/v1/models/{Model}/file"),
        new RestReproduce("Before the audit"),
        new RestComparison(
            new RestComparedModel(Person, 2, 83, new(0.94, 1.31), 0.991, 0.997, 0.976, 1.18, new VerdictCounts(18, 2, 0), new VerdictCounts(4, 5, 54)),
            new RestComparedModel(Model, 3, 83, new(0.92, 1.28), 0.994, 0.998, 0.984, 1.12, new VerdictCounts(18, 2, 0), new VerdictCounts(2, 5, 56)),
            83, 0, new(0.003, -0.004, 0.01), 4, 3, 1, [new VerdictChange(ImageLabel.Defective, Domain.Evaluation.Verdict.Normal, Domain.Evaluation.Verdict.Defect, 3)]),
        new RestComparedImage(
            Image, "test/scratch/000.png", ImageLabel.Defective, "scratch",
            new RestComparedScore(Person, 0.91, 38, Domain.Evaluation.Verdict.Normal, false, $"/api/v1/results/{Person}"),
            new RestComparedScore(Result, 1.52, 63, Domain.Evaluation.Verdict.Defect, true, $"/api/v1/results/{Result}")),
        new PublishAsking("Finds the scratches that v2 lets through."),
        new PublishAnswer("Compared on the frozen set: agreed."),
        new RollingBack(),
        new RestPublishRequest(
            Run, Project, Model, 3, PublishRequestState.Approved, new RestPerson(Person, "Ada"), Time, "Finds the scratches that v2 lets through.",
            new RestPerson(Image, "Ben"), Time.AddHours(1), "Compared on the frozen set: agreed."),
        new RestPublication(4, PublicationKind.Published, Model, 3, Person, Run, new RestPerson(Image, "Ben"), Time.AddHours(1)),
        new RestModelMetrics(
            Model, Project, 2, true, 83, 20, 63, 0, 0.95, 2_000, new(0.994, 0.979, 1), new(0.998, 0.992, 1), new(0.984, 0.961, 1), 1.12,
            new(0.981, null, null), new(0.652, null, null), new(0.631, null, null), new(0.934, null, null),
            new ResultThresholds(Line.CertainlyGood, Line.CertainlyDefective), new VerdictCounts(18, 2, 0), new VerdictCounts(2, 5, 56),
            [new DefectTypeMetrics("scratch", new VerdictCounts(2, 3, 15), new(0.981, 0.942, 1), 71.5)],
            [new ShotScore(Image, 0.78, 0.97, ShotStanding.Fits)]),
        LineNow,
        new NewLine(0.97, 1.25, 1.08, "Two escapes of scratches last week."),
        new LineRestoring(1),
        new LineAnswer(LineNow, true, 12, Flips, [Flipped]),
        new RestLineVersion(2, 0.97, 1.25, 1.08, "Two escapes of scratches last week.", "Ada", Time, null, true, 12, Flips, [Flipped]),
        new LineOptions(
            new(Line.CertainlyGood, Line.CertainlyDefective, new(new(18, 2, 0), new(2, 5, 56), new(0, 0, 0)), 4.1),
            new(Line.CertainlyGood, Line.CertainlyDefective, new(new(18, 2, 0), new(2, 5, 56), new(0, 0, 0)), 4.1),
            new(0.94, 1.12, new(new(18, 1, 1), new(2, 2, 59), new(0, 0, 0)), 3.9), new(0.88, 1.12, new(new(17, 2, 1), new(1, 3, 59), new(0, 0, 0)), 2.8),
            new LineCosts(50, 2, 0.5, 3)),
        new RestResult(
            Result, Project, Image, "test/scratch/000.png", 1.52, Line.Scale(1.52), new ResultThresholds(Line.CertainlyGood, Line.CertainlyDefective),
            Domain.Evaluation.Verdict.Defect, ImageLabel.Defective, "scratch", Model, 2, Time, Verdict,
            new ResultLinks($"/api/v1/results/{Result}/heatmap.png", $"/api/v1/results/{Result}/map", $"/api/v1/images/{Image}", $"/api/v1/results/{Result}/verdicts")),
        new NewVerdict(ReviewDecision.Normal, Comment: "Dust, wiped off."),
        Verdict,
        new ReviewQueue([Waiting], "eyJEaXN0YW5jZSI6MC4yMX0", new ReviewCounts(83, 0, 31, 52, 6, 1, 2, 0, 120, 37, 0)),
        new TakeFromQueue(4),
        new TakenFromQueue([Waiting], [], Time.AddMinutes(5)),
        new Assignment(Next: 50),
        new HowMany(50),
        new Acceptance(),
        new UseOfVerified([Result], VerifiedUse.Test),
        new Reopening("The line was moved."),
        new RestStatistics(
            [new RestPairAgreement(new RestPerson(Person, "Ada"), new RestPerson(Image, "Ben"), Agreement)], [new RestModelAgreement(new RestPerson(Person, "Ada"), Agreement, 12)],
            [new RestWork(new RestPerson(Person, "Ada"), new DateOnly(2026, 3, 2), 118, 2.4, 3, 1)]),
        new ScoredPicture(
            1.52, Line.Scale(1.52), Domain.Evaluation.Verdict.Defect, new ScoringThresholds(Line.CertainlyGood, Line.CertainlyDefective, Line.PixelThreshold, Line.ScaleLow, Line.ScaleHigh),
            new ScoringModelName(Model, 2), 1024, 768, 0.02, $"/api/v1/scores/{Result}/map", $"/api/v1/scores/{Result}/heatmap.png", null, null, null),
        new NewScoreBatch(Filter: new ScoreBatchFilter(ImageSplit.Test, Unscored: true)),
        new ScoreBatch(Run, Project, Model, RunStatus.Running, false, 83, 41, 0, null, Time, null),
        new ExportEndpoints.NewExport(ExportFormat.Csv, Verdict: Domain.Evaluation.Verdict.Defect, Filter: new ExportFilter(DefectType: "scratch", Review: ReviewOutcome.Unreviewed)),
        new ExportView(
            Run, Project, ExportFormat.Csv, Model, Domain.Evaluation.Verdict.Defect, null, false, new ExportFilter(DefectType: "scratch"), TransferStatus.Succeeded, 1, Person, Time, Time.AddSeconds(1), Time.AddSeconds(2),
            Time.AddDays(7), new TransferCounts(), 4_812, Hash, $"/api/v1/exports/{Run}/file", null),
        new ImportView(
            Run, TransferKind.Import, Project, "bracket.zip", 48_120_331, TransferStatus.Succeeded, 1, Person, Time, Time.AddSeconds(1), Time.AddSeconds(40), Time.AddDays(7),
            new TransferCounts(), [], $"/api/v1/imports/{Run}/report", null),
        new WebhookEndpoints.NewWebhook("MES", "https://mes.example/hook", ["run.finished", "image.flagged"]),
        new WebhookEndpoints.WebhookChange(null, null, ["image.flagged"], true),
        new WebhookEndpoints.RestWebhook(Person, "MES", "https://mes.example/hook", ["run.finished", "image.flagged"], true, 0, Time, "whsec_shown-once"),
        new WebhookEndpoints.WebhookSecret("whsec_shown-once"),
        new WebhookEndpoints.PingSent(Run),
        new WebhookEndpoints.RestDelivery(
            Run, "run.finished", DeliveryStatus.Delivered, 1, Time, null, Time.AddSeconds(1), 204, "", $$"""{"id":"{{Run}}","kind":"run.finished"}"""),
        new UsageEndpoints.RestUsage(new(1_204, 100_000), new(2_811_904_331, null), new(1, 20)),
        new AuditLine(Person, 41, Time, Person, "Owner (owner@team.example)", null, "model.publish", "model", $"{Model}", "v2 of Bracket", Hash, Hash),
    }.ToDictionary(body => body.GetType());

    private static readonly Dictionary<int, Error> Problems = new()
    {
        [StatusCodes.Status400BadRequest] = new InvalidLimit(),
        [StatusCodes.Status401Unauthorized] = new NotSignedIn(),
        [StatusCodes.Status403Forbidden] = new ScopeMissing(TeamPermissions.Write, TeamPermissions.Read),
        [StatusCodes.Status404NotFound] = new ProjectNotFound(),
        [StatusCodes.Status409Conflict] = new ProjectNameTaken("Bracket"),
        [StatusCodes.Status412PreconditionFailed] = new ProjectChanged(),
        [StatusCodes.Status422UnprocessableEntity] = new IdempotencyKeyReused(),
        [StatusCodes.Status429TooManyRequests] = new RateExceeded(600, 1),
    };

    /// <returns>Null for a type that has none.</returns>
    public static object? Of(Type body)
    {
        if (!body.IsGenericType || body.GetGenericTypeDefinition() != typeof(RestPage<>))
            return Bodies.GetValueOrDefault(body);
        var item = body.GetGenericArguments()[0];
        if (Bodies.GetValueOrDefault(item) is not { } one)
            return null;
        var items = Array.CreateInstance(item, 1);
        items.SetValue(one, 0);
        return Activator.CreateInstance(body, items, "eyJOYW1lIjoiQnJhY2tldCJ9");
    }

    /// <summary>A problem document of a status, as an error of that kind makes it.</summary>
    public static ProblemDetails? Problem(int status) => Problems.GetValueOrDefault(status)?.ToProblem(status).ProblemDetails;
}
