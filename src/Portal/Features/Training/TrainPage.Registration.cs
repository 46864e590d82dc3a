using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A trained registration model instead of training.</summary>
public sealed partial class TrainPage
{
    private IReadOnlyList<RegistrationModel> registrations = [];
    private RegistrationModel? registration;

    [Inject]
    private ListRegistrations Registrations { get; set; } = null!;

    private bool CanStart => registration is not null || Files.CanStart;

    private bool UnifiedWithoutThisPart => registration is { Recipe.Method: DetectionMethod.UniAd } unified && !unified.Knows(answer!.Project.Id);

    private string LearnsFrom => registration is { } used ? TrainingTexts.FitsStatisticsToItsShots.With(used.Name, used.Version) : method.LearnsFrom(others);

    /// <summary>The newest trained version of each name.</summary>
    private async Task LoadRegistrationsAsync(CancellationToken ct) => registrations =
    [
        .. (await Registrations.HandleAsync(Actor, new(), ct)).Select(state => state.Model)
            .Where(model => model.IsReady)
            .GroupBy(model => model.Name)
            .Select(versions => versions.MaxBy(version => version.Version)!)
            .OrderBy(model => model.Name, StringComparer.Ordinal),
    ];

    private Task UseRegistration(RegistrationModel value)
    {
        (registration, note, error) = (value, null, null);
        // It takes seconds: the team's longer runs can wait for it.
        priority = RunPriority.High;
        return PlanAsync(Closing);
    }

    private static string TextOf(RegistrationModel model) => Plural.Of(model.Parts.Count, TrainingTexts.TrainedOverProject, TrainingTexts.TrainedOverProjects);
}
