using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>A row that belongs to exactly one tenant. Every entity is this or <see cref="ISharedAcrossTenants"/>.</summary>
public interface ITenantOwned
{
    TenantId TenantId { get; }
}

/// <summary>A row that belongs to no tenant (accounts, installation settings). Opting out of isolation is this marker.</summary>
public interface ISharedAcrossTenants;

/// <summary>A row that is added once and then neither changed nor deleted, but with its tenant.</summary>
public interface IAppendOnly;
