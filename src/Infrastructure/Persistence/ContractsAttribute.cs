namespace FewShotAD.Infrastructure.Persistence;

/// <summary>
/// On a migration that is no pure expansion: what the previous release reads or writes may fail on its tables. Without it a test refuses
/// such a migration. The rule is in <c>docs/database.md</c>.
/// </summary>
/// <param name="release">The release that no longer uses what goes. It must have been out before this migration is.</param>
/// <param name="because">Why nobody misses it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class ContractsAttribute(string release, string because) : Attribute
{
    public string Release => release;

    public string Because => because;
}
