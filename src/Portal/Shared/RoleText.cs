using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Portal.Shared;

public static class RoleText
{
    /// <summary>What a role may do, in a few words.</summary>
    public static string Of(TeamRole role) => role switch
    {
        TeamRole.Viewer => SharedTexts.SeesEverythingOfTheTeamChangesNothing,
        TeamRole.Reviewer => SharedTexts.SeesEverythingGivesVerdictsAndComments,
        TeamRole.Engineer => SharedTexts.WorksOnProjectsImagesTrainingAndThresholds,
        TeamRole.Owner => SharedTexts.DoesEverythingMembersKeysAndDeletionIncluded,
        _ => "",
    };
}
