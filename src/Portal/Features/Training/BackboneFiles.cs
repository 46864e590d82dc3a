using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Looks whether a backbone's files are on the machine, by the rule that the training program finds them with.</summary>
public sealed class BackboneFiles(IOptions<TrainingOptions> training, IOptions<BackboneOptions> backbones) : IUseCase
{
    /// <param name="IsThere">The files are on the machine.</param>
    /// <param name="CanStart">They are, or the first run can fetch them.</param>
    /// <param name="Text">A few words beside the backbone's name.</param>
    /// <param name="Advice">What to do where a run cannot start; empty where it can.</param>
    public sealed record State(bool IsThere, bool CanStart, string Text, string Advice);

    public State Look(BackboneChoice backbone)
    {
        var program = Path.GetDirectoryName(Path.GetFullPath(training.Value.Executable, AppContext.BaseDirectory))!;
        var folders = BackboneFolders.Of(backbones.Value.FullPath, program);
        var found = folders.Find(backbone);
        if (!found.Succeeded)
            return new State(false, false, TrainingTexts.NotClearWhichFile, found.Error.Message);
        if (found.Value is { } files)
            return new State(true, true, files.Published ? TrainingTexts.OnThisMachine : TrainingTexts.AFileOfYourOwnOnThis, "");
        var put = TrainingTexts.PutIntoOneOf.With(string.Join(", ", backbone.Files.Select(file => file.Name)), string.Join(", ", folders.For(backbone)));
        if (!backbone.TakesOwnFiles)
            return new State(false, false, TrainingTexts.Missing, TrainingTexts.RunNodeBuildNpmRestoreAssetsMjs.With(put));
        return folders.Cache is null
            ? new State(false, false, TrainingTexts.NotOnThisMachine, TrainingTexts.TheAccountThatThePortalRunsUnder.With(put))
            : new State(false, true, TrainingTexts.MBFetchedFromByTheFirstRun.With(backbone.Megabytes, backbone.Files[0].Address!.Host), "");
    }
}
