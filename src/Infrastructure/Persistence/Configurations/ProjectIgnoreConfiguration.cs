using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ProjectIgnoreConfiguration : IEntityTypeConfiguration<ProjectIgnore>
{
    public void Configure(EntityTypeBuilder<ProjectIgnore> builder)
    {
        builder.ToTable("IgnoreRegions");
        builder.HasKey(region => new { region.TenantId, region.ProjectId });
        builder.Property(region => region.Shapes).HasJsonColumn();
        builder.Property(region => region.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(region => region.IsRescoring); // the worker asks for those of all tenants
        builder.HasOne<Project>().WithMany().HasForeignKey(region => new { region.TenantId, region.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}
