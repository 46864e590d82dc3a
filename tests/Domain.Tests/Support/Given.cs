using System.Collections;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Support;

/// <summary>Things that most tests begin with.</summary>
internal static class Given
{
    public const string Node = "node-a";

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static readonly TenantId Tenant = new(new Guid("11111111-1111-7111-8111-111111111111"));

    public static readonly UserId Person = new(new Guid("22222222-2222-7222-8222-222222222222"));

    public static string Hash(char digit = 'a') => new(digit, 64);

    public static Project Project() => Domain.Projects.Project.Create(Tenant, "Flange", "", Person, Start).Value;

    public static DataSnapshot Snapshot(int shots) =>
        new([.. Enumerable.Range(1, shots).Select(n => new ImageId(new Guid(n, 0, 0, new byte[8])))], [], []);

    public static TrainingRun QueuedRun()
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick);
        return TrainingRun.Queue(Project(), 1, recipe, Snapshot(recipe.Shots), Person, Start).Value;
    }

    /// <summary>A run that reached the status by the ordinary way.</summary>
    public static TrainingRun RunIn(RunStatus status)
    {
        var run = QueuedRun();
        if (status == RunStatus.Queued)
            return run;
        if (status == RunStatus.Paused)
        {
            Assert.True(run.RequestPause(Start, Person).Succeeded);
            return run;
        }

        Assert.True(run.Claim(Node, Start).Succeeded);
        var ended = status switch
        {
            RunStatus.Running => Result.Ok,
            RunStatus.Succeeded => run.Succeed(Start),
            RunStatus.Failed => run.Fail("It broke", "at line 1", Start),
            RunStatus.Cancelled => run.Cancelled(Start),
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };
        Assert.True(ended.Succeeded);
        Assert.Equal(status, run.Status);
        return run;
    }

    public static TrainedModel Model(Project project, int version)
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick);
        var run = TrainingRun.Queue(project, version, recipe, Snapshot(recipe.Shots), Person, Start).Value;
        return TrainedModel.Create(run, version, Blob(BlobKind.Model), 1, Hash(), new Calibration(1, 2, 0.5, 0.1, 0.6), Start);
    }

    public static InspectionImage Image(string name = "test/scratch/000.png")
    {
        var blobs = new ImageBlobs(Blob(BlobKind.Original), Blob(BlobKind.View), Blob(BlobKind.Thumbnail));
        return InspectionImage.Create(Project(), name, new ImageFacts(64, 48, "png", 1_000, Hash()), blobs, Person, Start).Value;
    }

    public static BlobKey Blob(BlobKind kind) => BlobKey.For(Tenant, kind, Hash());

    /// <summary>Every public property of a thing, for “nothing has changed”.</summary>
    public static string Describe(object thing) => string.Join('\n', thing.GetType().GetProperties()
        .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => $"{property.Name} = {Text(property.GetValue(thing))}"));

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
