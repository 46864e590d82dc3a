using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>The registration model that a recipe names, which stays as long as a version needs it to be made again.</summary>
internal static class UsedRegistrations
{
    /// <summary>Written along with a version that comes from elsewhere: who deletes the registration model at the same time looks again and finds it.</summary>
    public static async Task HoldAsync(PortalDbContext context, TrainingRecipe recipe, CancellationToken ct)
    {
        if (recipe.Registration is not { } used)
            return;
        var id = new RegistrationId(used.Id);
        // A version of another installation names one that is not here.
        if (await context.Registrations.FirstOrDefaultAsync(r => r.Id == id, ct) is { } registration)
            registration.Touch();
    }

    /// <summary>Whether the team has it with the content that the recipe means.</summary>
    public static async Task<bool> IsHereAsync(PortalDbContext context, RegistrationUse used, CancellationToken ct)
    {
        var id = new RegistrationId(used.Id);
        return (await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct))?.Bundle?.Sha256 == used.Content;
    }
}
