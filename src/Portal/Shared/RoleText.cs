using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Portal.Shared;

public static class RoleText
{
    /// <summary>What a role may do, in a few words.</summary>
    public static string Of(TeamRole role) => role switch
    {
        TeamRole.Viewer => "sees everything of the team, changes nothing.",
        TeamRole.Reviewer => "sees everything, gives verdicts and comments.",
        TeamRole.Engineer => "works on projects, images, training and thresholds.",
        TeamRole.Owner => "does everything, members, keys and deletion included.",
        _ => "",
    };
}
