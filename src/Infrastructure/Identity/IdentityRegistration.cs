using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Identity;

internal static class IdentityRegistration
{
    /// <summary>User and sign-in managers over our store. Cookies and other schemes are the portal's.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddIdentityCore<PortalUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Lockout.AllowedForNewUsers = true;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                // Length is what helps; rules of composition make people write passwords down.
                options.Password.RequiredLength = Accounts.PasswordMinLength;
                options.Password.RequiredUniqueChars = 1;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.AddScoped<AccountContext>();
        services.AddScoped<IUserStore<PortalUser>>(provider => new PortalUserStore(
            provider.GetRequiredService<AccountContext>().Context, provider.GetRequiredService<IdentityErrorDescriber>()));
        services.AddScoped<NewAccounts>();
        services.AddScoped<Accounts>();
        services.AddScoped<Invitations>();
        services.AddScoped<PasswordResets>();
        services.AddScoped<OwnAccount>();
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = PasswordResets.Lifetime);
        services.AddSingleton<Seats>();
        services.AddSingleton<ApiKeys>();
        services.AddScoped(provider => new Administrators(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<ILookupNormalizer>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
