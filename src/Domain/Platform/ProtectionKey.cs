using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Platform;

/// <summary>A key that cookies and secrets of the installation are protected with: whichever node answers, it can read what another one wrote.</summary>
public sealed class ProtectionKey : ISharedAcrossTenants
{
    public const int NameMaxLength = 100;

    private ProtectionKey() => Name = Xml = "";

    /// <summary>Tells keys and revocations apart; a name is stored once.</summary>
    public string Name { get; private set; }

    public string Xml { get; private set; }

    public static ProtectionKey Create(string name, string xml) => new() { Name = name, Xml = xml };
}
