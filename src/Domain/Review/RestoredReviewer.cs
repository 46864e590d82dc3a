using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Review;

/// <summary>
/// Somebody whose verdicts came with a backup. Not an account, whatever the name says: who restores a backup could otherwise put
/// words into a colleague's mouth.
/// </summary>
public sealed class RestoredReviewer : ITenantOwned
{
    public const int NameMaxLength = 200;

    private RestoredReviewer() => Name = "";

    public TenantId TenantId { get; private set; }

    /// <summary>Stands where the id of an account stands elsewhere, and is none.</summary>
    public UserId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public string Name { get; private set; }

    public static RestoredReviewer Create(TenantId tenant, ProjectId project, UserId id, string name) =>
        new() { TenantId = tenant, Id = id, ProjectId = project, Name = name.Length > NameMaxLength ? name[..NameMaxLength] : name };
}
