using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account;

internal static class AttemptRegistration
{
    public static IServiceCollection AddAttempts(this IServiceCollection services)
    {
        services.AddOptions<AttemptOptions>().BindConfiguration(AttemptOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AttemptOptions>, AttemptOptionsValidation>();
        services.AddOptions<IdentityOptions>().Configure<IOptions<AttemptOptions>>((identity, attempts) =>
            identity.Lockout.MaxFailedAccessAttempts = attempts.Value.SignIn.PerAccount);
        services.AddSingleton<AttemptCounter>();
        services.AddScoped<Attempts>();
        return services;
    }
}
