namespace FewShotAD.Domain.Tenancy;

/// <summary>What a member's role or an API key's scopes allow. A door and the use case behind it ask for one of these.</summary>
[Flags]
public enum TeamPermissions
{
    None = 0,

    /// <summary>See everything of the team.</summary>
    Read = 1,

    /// <summary>Give verdicts and comments.</summary>
    Review = 2,

    /// <summary>Have images scored that are not kept.</summary>
    Score = 4,

    /// <summary>Projects, images, training, thresholds, publishing.</summary>
    Write = 8,

    /// <summary>Members, keys, settings of the team, deletion of projects.</summary>
    Manage = 16,
}

public static class TeamPermissionRules
{
    /// <summary>What a key may be given. No key manages: whoever finds one must not be able to let others in.</summary>
    public const TeamPermissions Scopes = TeamPermissions.Read | TeamPermissions.Review | TeamPermissions.Score | TeamPermissions.Write;

    public static TeamPermissions Permissions(this TeamRole role) => role switch
    {
        TeamRole.Viewer => TeamPermissions.Read,
        TeamRole.Reviewer => TeamPermissions.Read | TeamPermissions.Review,
        TeamRole.Engineer => TeamPermissions.Read | TeamPermissions.Review | TeamPermissions.Score | TeamPermissions.Write,
        TeamRole.Owner => TeamPermissions.Read | TeamPermissions.Review | TeamPermissions.Score | TeamPermissions.Write | TeamPermissions.Manage,
        _ => TeamPermissions.None,
    };

    /// <summary>The lowest role that has all of <paramref name="permissions"/>.</summary>
    public static TeamRole LeastRole(this TeamPermissions permissions) =>
        Enum.GetValues<TeamRole>().Order().First(role => role.Permissions().HasFlag(permissions));

    /// <summary>The names of scopes as they are written in requests and answers: “read, write”.</summary>
    public static string InWords(this TeamPermissions permissions) => permissions.ToString().ToLowerInvariant();
}
