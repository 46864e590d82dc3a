namespace FewShotAD.Portal.Shared;

/// <summary>Marks a handler, so that registration finds it. One use case, one file, one <c>HandleAsync(actor, request, ct)</c>.</summary>
public interface IUseCase;

public static class UseCases
{
    public static IServiceCollection AddUseCases(this IServiceCollection services)
    {
        var handlers = typeof(UseCases).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IUseCase).IsAssignableFrom(type));
        foreach (var handler in handlers)
            services.AddScoped(handler);
        return services;
    }
}
