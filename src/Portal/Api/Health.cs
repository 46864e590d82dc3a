namespace FewShotAD.Portal.Api;

public static class Health
{
    /// <summary><c>/health/live</c>: the process answers. Nothing else is asked, so a slow database never restarts a healthy node.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health/live", () => TypedResults.Text("live")).AllowAnonymous();
}
