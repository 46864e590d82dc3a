using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>Accounts on one context.</summary>
internal sealed class PortalUserStore(PortalDbContext context, IdentityErrorDescriber describer)
    : UserOnlyStore<PortalUser, PortalDbContext, Guid>(context, describer);

/// <summary>
/// The context that a request's UserManager works on. It is nobody's: accounts are shared rows, and no tenant's row can be read
/// or written with it.
/// </summary>
internal sealed class AccountContext(IPortalContexts contexts) : IDisposable
{
    public PortalDbContext Context { get; } = contexts.Create(default);

    public void Dispose() => Context.Dispose();
}
